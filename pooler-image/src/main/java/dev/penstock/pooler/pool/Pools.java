package dev.penstock.pooler.pool;

import dev.penstock.pooler.config.PoolSettings;
import dev.penstock.pooler.config.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All pools of the process, and the grant they share. Everything is owned by one event loop; only
 * the methods of {@link Grantable} and {@link Statistics} may be called from elsewhere.
 */
public final class Pools implements Grantable, Statistics {
  private static final double LIFETIME_JITTER = 0.1;

  private Settings settings;
  private final ServerConnector connector;
  private final Executor loop;
  private final LongSupplier clock;
  private final RandomGenerator random;
  private final Map<PoolKey, Pool> pools = new LinkedHashMap<>();
  private final Map<String, Tally> byDatabase = new HashMap<>();
  private final Map<String, Tally> byUser = new HashMap<>();
  private final Map<String, Upstream> upstreams = new HashMap<>();
  private final Set<Slot> slots = new LinkedHashSet<>();
  private final Collection<Pool> allPools = Collections.unmodifiableCollection(pools.values());
  private final Set<Slot> allSlots = Collections.unmodifiableSet(slots);
  private final Endings endings;
  private final Tally total = new Tally();
  private final Allotment allotment;
  private final Holds holds = new Holds(this);
  private final Changes changes = new Changes();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private int waiting;
  private int clients;
  private boolean draining;
  private long lastId;

  /**
   * @param grant the most server connections, at least 0
   * @param loop where all else is called
   * @param clock nanoseconds, such as {@link System#nanoTime}
   * @param random spreads what would otherwise happen to many connections at once
   */
  public Pools(
      Settings settings,
      ServerConnector connector,
      Executor loop,
      LongSupplier clock,
      RandomGenerator random,
      int grant) {
    this.settings = settings;
    this.connector = connector;
    this.loop = loop;
    this.clock = clock;
    this.random = random;
    this.endings = new Endings(slots, this::settings);
    this.allotment = new Allotment(this, total, grant);
  }

  /** The pool of that database and user, made when there is none yet. */
  public Pool pool(PoolKey key, PoolSettings poolSettings) {
    return pools.computeIfAbsent(key, absent -> create(absent, poolSettings));
  }

  private Pool create(PoolKey key, PoolSettings poolSettings) {
    return new Pool(
        key,
        this,
        upstream(key),
        new Places(
            poolSettings,
            byDatabase.computeIfAbsent(key.database(), _ -> new Tally()),
            byUser.computeIfAbsent(key.user(), _ -> new Tally())),
        new LoginGate(key, this::settings, random));
  }

  private Upstream upstream(PoolKey key) {
    return upstreams.computeIfAbsent(
        connector.server(key), name -> new Upstream(name, this::settings, random));
  }

  private Settings settings() {
    return settings;
  }

  /**
   * Puts another configuration in force. Connections that it has no use for are closed, each as
   * soon as it is free.
   *
   * @param settingsOf what it says of a pool, null for one whose database it does not know
   * @param moved of which pools the connections are to be made anew
   * @param beforeOpening called when all pools are as they are to be, and nothing is opened yet
   */
  public void reconfigure(
      Settings next,
      Function<PoolKey, @Nullable PoolSettings> settingsOf,
      Predicate<PoolKey> moved,
      Runnable beforeOpening) {
    settings = next;
    for (Pool pool : pools.values()) {
      PoolSettings ofPool = settingsOf.apply(pool.key());
      if (ofPool == null) {
        pool.remove();
      } else {
        pool.reconfigure(ofPool, upstream(pool.key()));
        if (moved.test(pool.key())) {
          pool.reconnect("database configuration changed");
        }
      }
    }
    beforeOpening.run();
    allotment.dispatch();
  }

  /** The configuration knows these databases and no others. */
  public void databasesAre(Predicate<String> known) {
    holds.retain(known);
  }

  /** What an administrator holds up. */
  public Holds holds() {
    return holds;
  }

  /** A client has connected, or one has gone. */
  public void clients(int change) {
    clients += change;
  }

  /** How many clients there are. */
  public int clients() {
    return clients;
  }

  /** A number that no other connection of the process has, of clients and servers alike. */
  public long nextId() {
    return ++lastId;
  }

  /** The clock of the pools, in nanoseconds. */
  public long now() {
    return clock.getAsLong();
  }

  @Override
  public CompletableFuture<Usage> grant(int connections) {
    if (connections < 0) {
      throw new IllegalArgumentException("grant must be at least 0, was " + connections);
    }
    return CompletableFuture.supplyAsync(
        () -> {
          allotment.grant(connections);
          lookForChanges();
          return currentUsage();
        },
        loop);
  }

  @Override
  public CompletableFuture<Usage> usage() {
    return CompletableFuture.supplyAsync(this::currentUsage, loop);
  }

  @Override
  public void onChange(Runnable listener) {
    changes.add(listener);
  }

  @Override
  public CompletableFuture<List<PoolStatistics>> statistics() {
    return CompletableFuture.supplyAsync(
        () -> pools.values().stream().map(Pool::statistics).toList(), loop);
  }

  /** Lends no connection any more and closes each as soon as it is free. */
  public CompletableFuture<Void> drain() {
    if (!draining) {
      draining = true;
      for (Slot slot : new ArrayList<>(slots)) {
        if (slot.state() == Slot.State.IDLE || slot.state() == Slot.State.CONNECTING) {
          close(slot, "pooler is shutting down");
        }
      }
      completeIfDrained();
      lookForChanges();
    }
    return drained;
  }

  /** Whether {@link #drain} has begun. */
  public boolean isDraining() {
    return draining;
  }

  /** What time alone brings about; to be called a few times a second. */
  public void tick() {
    long now = now();
    long idleTimeout = settings.get(Settings.SERVER_IDLE_TIMEOUT).toNanos();
    for (Pool pool : new ArrayList<>(pools.values())) {
      pool.expireWaits(now);
      pool.closeIdle(now, idleTimeout);
    }
    if (waiting > 0) {
      allotment.dispatch();
    }
    if (!draining) {
      allotment.fillUp();
    }
    if (pools.values().removeIf(pool -> pool.isForgettable(now))) {
      forgetNames(byDatabase, PoolKey::database);
      forgetNames(byUser, PoolKey::user);
    }
    endings.tick(now);
    lookForChanges();
  }

  /** Clients can make names up, where the configuration lets any database be asked for. */
  private void forgetNames(Map<String, Tally> tallies, Function<PoolKey, String> name) {
    tallies.keySet().retainAll(pools.keySet().stream().map(name).collect(Collectors.toSet()));
  }

  Slot newSlot(Pool pool) {
    long lifetime = pool.settings().serverLifetime().toNanos();
    double jitter = LIFETIME_JITTER * random.nextDouble();
    Slot slot =
        new Slot(
            pool, pool.upstream(), nextId(), now(), now() + Math.round(lifetime * (1 - jitter)));
    slots.add(slot);
    total.add(Slot.State.CONNECTING, 1);
    return slot;
  }

  /** Opens what may be opened now. */
  void dispatch() {
    allotment.dispatch();
  }

  void connect(Slot slot) {
    lookForChanges();
    connector.connect(slot);
  }

  void close(Slot slot, String reason) {
    if (slot.isOpen()) {
      slot.end(reason);
    }
  }

  @Nullable String reasonToClose(Slot slot) {
    if (draining) {
      return "pooler is shutting down";
    }
    if (holds.close(slot.pool().key().database())) {
      return "database paused";
    }
    if (slot.isOutdated()) {
      return slot.outdated();
    }
    if (slot.pool().places().isOverfull()) {
      return "pool size lowered";
    }
    if (slot.state() == Slot.State.ACTIVE && slot.isOverdue(now())) {
      return "server lifetime over";
    }
    return allotment.reasonToClose(slot);
  }

  void moved(Slot slot, Slot.State from, Slot.State to) {
    total.move(from, to);
    if (to == Slot.State.GONE) {
      slots.remove(slot);
      endings.gone(slot);
      completeIfDrained();
    }
    if (from == Slot.State.ACTIVE || to == Slot.State.GONE || to == Slot.State.LOST) {
      holds.look();
    }
    lookForChanges();
  }

  void waiting(int change) {
    waiting += change;
    if (change > 0) {
      allotment.dispatch();
    }
    lookForChanges();
  }

  /** A connection has become idle: another pool may want its place. */
  void idled() {
    if (waiting > 0) {
      allotment.dispatch();
    }
  }

  /** A place has become free, or will. */
  void freed() {
    if (waiting > 0) {
      allotment.dispatch();
    }
  }

  /** Whether a server connection has been idle for so long that it must be asked before use. */
  public boolean needsCheck(Slot slot) {
    return !settings.get(Settings.SERVER_CHECK_QUERY).isEmpty()
        && now() - slot.since() >= settings.get(Settings.SERVER_CHECK_DELAY).toNanos();
  }

  long reserveTimeoutNanos() {
    return settings.get(Settings.RESERVE_POOL_TIMEOUT).toNanos();
  }

  /** All pools, as they are at any time; not to be changed. */
  public Collection<Pool> all() {
    return allPools;
  }

  /** All that counts against the grant, as it is at any time; not to be changed. */
  public Set<Slot> slots() {
    return allSlots;
  }

  int waiting() {
    return waiting;
  }

  private void completeIfDrained() {
    if (draining && slots.isEmpty()) {
      drained.complete(null);
    }
  }

  private void lookForChanges() {
    changes.look(waiting > 0, total.active(), total.held(), allotment.grant(), draining);
  }

  /** What is in use now; for callers on the event loop. */
  public Usage currentUsage() {
    long now = now();
    long oldest = 0;
    for (Pool pool : pools.values()) {
      oldest = Math.max(oldest, now - pool.oldestWait(now));
    }
    return new Usage(
        allotment.grant(),
        total.connecting(),
        total.active(),
        total.idle(),
        total.closing(),
        total.lost(),
        waiting,
        oldest / 1_000_000,
        clients,
        draining);
  }
}
