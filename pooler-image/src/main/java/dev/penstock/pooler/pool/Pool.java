package dev.penstock.pooler.pool;

import dev.penstock.pooler.config.PoolSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server connections of one database and one user, and the clients that wait for one, first
 * come first served. Of the idle connections the one used last is lent first, so that the others
 * grow old enough to be closed. Owned by the event loop.
 */
public final class Pool {
  private final PoolKey key;
  private final Pools pools;
  private final Places places;
  private final Tally tally;
  private final LoginGate gate;
  private final Deque<Slot> idle = new ArrayDeque<>();
  private final WaitingLine line = new WaitingLine();
  private final Traffic traffic = new Traffic();
  private final WaitHistogram waits = new WaitHistogram();
  private Upstream upstream;
  private @Nullable Welcome welcome;
  private boolean welcomeOutdated;
  private boolean removed;
  private int clients;
  private int checking;

  Pool(PoolKey key, Pools pools, Upstream upstream, Places places, LoginGate gate) {
    this.key = key;
    this.upstream = upstream;
    this.pools = pools;
    this.places = places;
    this.tally = places.own();
    this.gate = gate;
  }

  /** Its database and user. */
  public PoolKey key() {
    return key;
  }

  /** What the configuration says of it. */
  public PoolSettings settings() {
    return places.settings();
  }

  /**
   * The configuration says something else of it now.
   *
   * @param leadingTo the server that new connections go to
   */
  void reconfigure(PoolSettings next, Upstream leadingTo) {
    removed = false;
    places.settings(next);
    if (!upstream.equals(leadingTo)) {
      upstream = leadingTo;
      gate.forget();
    }
    while (places.isOverfull() && !idle.isEmpty()) {
      pools.close(idle.getLast(), "pool size lowered");
    }
  }

  /** The configuration knows its database no longer: no connection is opened any more. */
  void remove() {
    removed = true;
    reconnect("database removed");
  }

  /** Has its connections closed, each as soon as it is free; others may be opened at once. */
  void reconnect(String reason) {
    welcomeOutdated = true;
    for (Slot slot : pools.slots()) {
      if (slot.pool() == this && slot.isOpen()) {
        slot.outdate(reason);
      }
    }
    new ArrayList<>(idle).forEach(slot -> pools.close(slot, reason));
  }

  /** The server that new connections go to. */
  Upstream upstream() {
    return upstream;
  }

  /** Where what passes through it is counted. */
  public Traffic traffic() {
    return traffic;
  }

  /** A client has been authenticated for this pool. */
  public void join() {
    clients++;
    traffic.login();
  }

  /** A client of another pool of the database is of this one now. */
  public void takeOver() {
    clients++;
  }

  /** How many clients have joined and not left. */
  public int clients() {
    return clients;
  }

  /** What has been counted so far. */
  public Counts counts() {
    return traffic.counts(waits.total(), waits.sumNanos());
  }

  /** That client has left. */
  public void leave() {
    clients--;
  }

  /**
   * Tells the client what a session of this pool begins with: at once when a server has been seen,
   * else as soon as one is. It is refused when the server has just refused a login.
   */
  public void greet(Waiter client) {
    if (welcome != null) {
      client.welcome(welcome);
    } else if (!refuseIfFailing(client)) {
      line.addGreeter(client);
      pools.waiting(1);
    }
  }

  /** Gives the client a server connection: at once if one is idle, else when its turn has come. */
  public void acquire(Waiter client) {
    Slot slot = isHeldUp() ? null : idle.peekFirst();
    if (slot != null && line.isEmpty() && !pools.needsCheck(slot)) {
      serve(slot, client);
      return;
    }
    if (line.isEmpty() && refuseIfFailing(client)) {
      return;
    }
    line.add(client);
    if (slot != null) {
      // One for each who waits: a burst after a pause must not queue up behind a single check.
      check(slot);
    }
    pools.waiting(1);
  }

  private void check(Slot slot) {
    checking++;
    slot.move(Slot.State.ACTIVE);
    slot.check();
  }

  /** The client waits no longer. */
  public void giveUp(Waiter client) {
    if (line.remove(client)) {
      pools.waiting(-1);
    }
  }

  private boolean isHeldUp() {
    return pools.holds().holdUp(key.database());
  }

  /** Lends what is idle to those who wait; what has been idle for long is checked first. */
  void serveWaiting() {
    while (!idle.isEmpty() && line.wants(true) > checking) {
      Slot slot = idle.getFirst();
      if (pools.needsCheck(slot)) {
        check(slot);
      } else {
        Waiter next = Objects.requireNonNull(line.poll());
        pools.waiting(-1);
        serve(slot, next);
      }
    }
  }

  private boolean refuseIfFailing(Waiter client) {
    LoginFailure last = gate.refusal(now());
    if (last == null || tally.established() > 0) {
      return false;
    }
    client.refuse(Refusal.cached(last));
    return true;
  }

  private void serve(Slot slot, Waiter client) {
    waits.record(Math.max(0, now() - client.waitingSince()));
    slot.move(Slot.State.ACTIVE);
    client.serve(slot);
  }

  void loggedIn(Slot slot, Welcome seen) {
    gate.succeeded(slot.upstream(), now());
    if (welcome == null || (welcomeOutdated && !slot.isOutdated())) {
      welcome = seen;
      welcomeOutdated = false;
    }
    List<Waiter> greeted = line.takeGreeters();
    pools.waiting(-greeted.size());
    greeted.forEach(client -> client.welcome(seen));
    released(slot);
    // One login fewer is under way, so that another may begin.
    pools.freed();
  }

  void loginFailed(Slot slot, LoginFailure seen) {
    gate.failed(slot.upstream(), seen, now());
    if (slot.isOutdated()) {
      // What another server, or another login, was refused says nothing to those who wait.
      gate.forget();
      return;
    }
    if (seen.kind() != LoginFailure.Kind.REFUSED || tally.established() > 0) {
      return;
    }
    Refusal own = new Refusal(seen.sqlState(), seen.message());
    List<Waiter> all = line.takeAll();
    pools.waiting(-all.size());
    all.forEach(client -> client.refuse(own));
  }

  void released(Slot slot) {
    if (slot.state() != Slot.State.ACTIVE && slot.state() != Slot.State.CONNECTING) {
      return;
    }
    String reason = pools.reasonToClose(slot);
    if (reason != null) {
      pools.close(slot, reason);
      pools.freed();
      return;
    }
    Waiter next = isHeldUp() ? null : line.poll();
    if (next == null) {
      slot.move(Slot.State.IDLE);
      pools.idled();
    } else {
      pools.waiting(-1);
      serve(slot, next);
    }
  }

  void moved(Slot slot, Slot.State from, Slot.State to) {
    if (from == Slot.State.IDLE) {
      // The one lent is the first: removing it does not search.
      idle.remove(slot);
    }
    if (to == Slot.State.IDLE) {
      idle.addFirst(slot);
    }
    places.moved(from, to);
    slot.upstream().tally().move(from, to);
    pools.moved(slot, from, to);
  }

  void open() {
    Slot slot = pools.newSlot(this);
    places.opened();
    upstream.tally().add(Slot.State.CONNECTING, 1);
    pools.connect(slot);
  }

  void checked() {
    checking--;
  }

  /** How many more connections those who wait would have opened, were there no limits. */
  int wanted(long now) {
    int wanted = line.wants(tally.established() > 0) - tally.connecting() - checking;
    return removed || isHeldUp() ? 0 : gate.allowed(upstream, wanted, tally.connecting(), now);
  }

  /** Whether its own size lets it open one more. */
  boolean hasRoom(long now) {
    return places.hasRoom(line.hasWaited(now, pools.reserveTimeoutNanos()));
  }

  /** What its connections take up, and the limits. */
  Places places() {
    return places;
  }

  boolean belowMinimum(long now) {
    return clients > 0
        && !removed
        && !isHeldUp()
        && tally.open() < settings().minPoolSize()
        && gate.allowed(upstream, 1, tally.connecting(), now) > 0
        && !places.databaseIsFull()
        && !places.userIsFull();
  }

  /** How many clients wait. */
  public int waiting() {
    return line.size();
  }

  /** When the first of those who wait began to; {@code now} when no one does. */
  public long oldestWait(long now) {
    return line.oldest(now);
  }

  void expireWaits(long now) {
    long limit = settings().queryWaitTimeout().toNanos();
    if (limit > 0) {
      line.expire(
          now,
          limit,
          late -> {
            pools.waiting(-1);
            late.refuse(Refusal.QUERY_WAIT_TIMEOUT);
          });
    }
  }

  void closeIdle(long now, long idleTimeout) {
    for (Slot slot : new ArrayList<>(idle)) {
      boolean spare = tally.open() > settings().minPoolSize() || clients == 0;
      if (slot.isOverdue(now)) {
        pools.close(slot, "server lifetime over");
      } else if (idleTimeout > 0 && spare && now - slot.since() >= idleTimeout) {
        pools.close(slot, "server idle timeout");
      }
    }
  }

  /** The idle connection used longest ago. */
  @Nullable Slot stalest() {
    return idle.peekLast();
  }

  Tally tally() {
    return tally;
  }

  /** Whether nothing would be lost with it: neither figures nor the memory of a failed login. */
  boolean isForgettable(long now) {
    return (welcome == null || removed)
        && clients == 0
        && tally.held() == 0
        && waiting() == 0
        && !gate.remembers(now);
  }

  long now() {
    return pools.now();
  }

  void freed() {
    pools.freed();
  }

  PoolStatistics statistics() {
    return new PoolStatistics(
        key.database(),
        key.user(),
        settings().mode().spelling(),
        Math.max(0, tally.active() - checking),
        waiting(),
        tally.active(),
        tally.idle(),
        tally.connecting(),
        tally.closing(),
        tally.lost(),
        traffic.queries(),
        traffic.transactions(),
        traffic.errors(),
        traffic.bytesIn(),
        traffic.bytesOut(),
        waits.snapshot());
  }
}
