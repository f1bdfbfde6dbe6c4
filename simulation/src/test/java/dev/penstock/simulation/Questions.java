package dev.penstock.simulation;

import dev.penstock.operator.probe.ServerFacts;
import dev.penstock.operator.probe.ServerView;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What one operator asks the database server: answered late, out of order, or not at all. */
public final class Questions {

  private static final Duration REFRESH = Duration.ofSeconds(15);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final OperatorHost host;
  private final World world;
  private final Map<String, Count> counts = new HashMap<>();
  private @Nullable ServerFacts facts;
  private @Nullable ServerFacts shown;
  private @Nullable Instant askedAt;
  private boolean asking;

  private static final class Count {
    @Nullable Instant askedAt;
    OptionalInt connections = OptionalInt.empty();
    boolean asking;
  }

  Questions(OperatorHost host, World world) {
    this.host = host;
    this.world = world;
  }

  /** What the operator has looked at last: it decided by that, whatever has come in since. */
  @Nullable ServerFacts shown() {
    return shown;
  }

  /** What is known; has the server asked again if that is old. */
  public ServerView view() {
    if (!asking && isOlderThan(REFRESH, askedAt)) {
      asking = true;
      Instant asked = host.clock().instant();
      ask(
          () -> {
            int most = world.database().maxConnections();
            return () -> facts = new ServerFacts(most, Database.RESERVED, 0, asked);
          },
          () -> {
            asking = false;
            askedAt = asked;
          });
    }
    shown = facts;
    return new ServerView(facts, null);
  }

  /** As {@code pg_stat_activity} shows it, if asked after {@code since}. */
  public OptionalInt connectionsFrom(String address, Instant since) {
    Count count = counts.computeIfAbsent(address, _ -> new Count());
    boolean isFresh = count.askedAt != null && count.askedAt.isAfter(since);
    boolean isFinal = isFresh && count.connections.equals(OptionalInt.of(0));
    if (!isFinal && !count.asking && (!isFresh || isOlderThan(AGAIN, count.askedAt))) {
      count.asking = true;
      Instant asked = host.clock().instant();
      count.connections = isFresh ? count.connections : OptionalInt.empty();
      ask(
          () -> {
            int counted = world.database().countFrom(address);
            return () -> count.connections = OptionalInt.of(counted);
          },
          () -> {
            count.asking = false;
            count.askedAt = asked;
          });
    }
    return isFresh ? count.connections : OptionalInt.empty();
  }

  /** What the server finds when it is asked, taken in when the answer is here. */
  private interface Question {
    Runnable found();
  }

  private void ask(Question question, Runnable ended) {
    Timeline time = world.time();
    Chance chance = world.chance();
    Duration way = chance.upTo(Duration.ofMillis(chance.percent(5) ? 3000 : 50));
    time.after(
        way,
        () -> {
          boolean answers = world.database().isReachable();
          Runnable found = answers ? question.found() : () -> {};
          host.later(
              answers ? chance.upTo(Duration.ofMillis(chance.percent(5) ? 3000 : 50)) : TIMEOUT,
              () -> {
                found.run();
                ended.run();
                host.wake();
              });
        });
  }

  private boolean isOlderThan(Duration age, @Nullable Instant asked) {
    return asked == null || !host.clock().instant().isBefore(asked.plus(age));
  }
}
