package dev.penstock.operator.probe;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All servers, asked in the background.
 *
 * <p>Thread-safe; no call waits for a server.
 */
public final class Servers implements Answers, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Servers.class);

  /** Ended processes are asked for more often than settings: clients wait for their share. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final ServerProbe probe;
  private final Clock clock;
  private final Duration refresh;
  private final Consumer<String> onChange;

  /**
   * Not virtual ones: looking up a name holds on to the carrier thread, and a few unreachable name
   * servers would hold up the conversation with every instance.
   */
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().name("ask-", 0).factory());

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Known> servers = new HashMap<>();

  /** What is known of one server; guarded by the lock. */
  private static final class Known {
    ProbeTarget target;
    ServerView view = ServerView.UNKNOWN;
    @Nullable Instant askedAt;
    boolean asking;
    final Map<String, Count> counts = new HashMap<>();

    Known(ProbeTarget target) {
      this.target = target;
    }
  }

  /** How many connections an address had; guarded by the lock. */
  private static final class Count {
    @Nullable Instant askedAt;
    OptionalInt connections = OptionalInt.empty();
    boolean asking;
  }

  /**
   * Knows no server yet.
   *
   * @param refresh how old an answer may become before the server is asked again
   * @param onChange called, with the key, when something new is known; must not block
   */
  public Servers(ServerProbe probe, Clock clock, Duration refresh, Consumer<String> onChange) {
    this.probe = probe;
    this.clock = clock;
    this.refresh = refresh;
    this.onChange = onChange;
  }

  @Override
  public ServerView view(String key, ProbeTarget target) {
    lock.lock();
    try {
      Known known = servers.computeIfAbsent(key, _ -> new Known(target));
      if (!known.target.equals(target)) {
        known.target = target;
        known.askedAt = null;
      }
      if (!known.asking && isOlderThan(patience(known.view), known.askedAt)) {
        known.asking = true;
        threads.execute(() -> ask(key, known, target));
      }
      return known.view;
    } finally {
      lock.unlock();
    }
  }

  /** A server without a place for the question has one in a moment: others give some back. */
  private Duration patience(ServerView view) {
    return isFull(view) ? AGAIN : refresh;
  }

  private static boolean isFull(ServerView view) {
    return view.failure() != null
        && view.failure().reason() == ProbeFailure.Reason.TooManyConnections;
  }

  private void ask(String key, Known known, ProbeTarget target) {
    Instant asked = clock.instant();
    ServerFacts facts = null;
    ProbeFailure failure = null;
    try {
      facts = probe.facts(target);
    } catch (SQLException refused) {
      failure = ProbeFailure.of(target, refused);
      LOG.info("{}: {}", key, failure.message());
    }
    boolean isNews;
    lock.lock();
    try {
      known.asking = false;
      ServerView before = known.view;
      known.view = new ServerView(facts == null ? before.facts() : facts, failure);
      // Asked for another target meanwhile: that one is still to be asked.
      known.askedAt = known.target.equals(target) ? asked : null;
      isNews = known.askedAt == null || isFull(known.view) || isNews(before, known.view);
    } finally {
      lock.unlock();
    }
    if (isNews) {
      onChange.accept(key);
    }
  }

  private static boolean isNews(ServerView before, ServerView after) {
    boolean sameFailure =
        before.failure() == null
            ? after.failure() == null
            : before.failure().equals(after.failure());
    boolean sameFacts =
        before.facts() == null
            ? after.facts() == null
            : after.facts() != null && before.facts().saysTheSameAs(after.facts());
    return !sameFailure || !sameFacts;
  }

  @Override
  public OptionalInt connectionsFrom(
      String key, ProbeTarget target, String address, Instant since) {
    lock.lock();
    try {
      Known known = servers.computeIfAbsent(key, _ -> new Known(target));
      Count count = known.counts.computeIfAbsent(address, _ -> new Count());
      boolean isFresh = count.askedAt != null && count.askedAt.isAfter(since);
      boolean isFinal = isFresh && count.connections.equals(OptionalInt.of(0));
      if (!isFinal && !count.asking && (!isFresh || isOlderThan(AGAIN, count.askedAt))) {
        count.asking = true;
        threads.execute(() -> count(key, target, address, count));
      }
      return isFresh ? count.connections : OptionalInt.empty();
    } finally {
      lock.unlock();
    }
  }

  private void count(String key, ProbeTarget target, String address, Count count) {
    Instant asked = clock.instant();
    OptionalInt connections;
    try {
      connections = probe.backends(target, address);
    } catch (SQLException refused) {
      LOG.info("{}: {}", key, ProbeFailure.of(target, refused).message());
      connections = OptionalInt.empty();
    }
    lock.lock();
    try {
      count.asking = false;
      count.askedAt = asked;
      count.connections = connections;
    } finally {
      lock.unlock();
    }
    onChange.accept(key);
  }

  private boolean isOlderThan(Duration age, @Nullable Instant asked) {
    return asked == null || !clock.instant().isBefore(asked.plus(age));
  }

  /** Forgets a server. */
  public void forget(String key) {
    lock.lock();
    try {
      servers.remove(key);
    } finally {
      lock.unlock();
    }
  }

  /** Asks no more; answers under way are dropped. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
