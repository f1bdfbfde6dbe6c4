package dev.penstock.pooler.console;

import dev.penstock.pooler.pool.Counts;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What happens per second, and how long it takes, over the last {@code stats_period} that is over
 * and what has passed of the present one; as PgBouncer does it. Owned by the event loop.
 */
final class Averages {
  private static final double NANOS = 1e9;

  private record Snapshot(long taken, Map<String, Counts> counts) {}

  private final LongSupplier clock;
  private Snapshot older;
  private Snapshot newer;

  Averages(LongSupplier clock) {
    this.clock = clock;
    this.newer = new Snapshot(clock.getAsLong(), Map.of());
    this.older = newer;
  }

  /** Begins a new period when the present one is over. */
  void tick(Duration period, Supplier<Map<String, Counts>> counts) {
    long now = clock.getAsLong();
    if (now - newer.taken() >= period.toNanos()) {
      older = newer;
      newer = new Snapshot(now, Map.copyOf(counts.get()));
    }
  }

  /** The averages of one database. */
  Counts of(String database, Counts counts) {
    return averages(counts.since(older.counts().getOrDefault(database, Counts.NONE)));
  }

  /** The averages of all together. */
  Counts ofAll(Map<String, Counts> all) {
    Counts before = older.counts().values().stream().reduce(Counts.NONE, Counts::plus);
    return averages(all.values().stream().reduce(Counts.NONE, Counts::plus).since(before));
  }

  private Counts averages(Counts since) {
    double seconds = (clock.getAsLong() - older.taken()) / NANOS;
    return new Counts(
        rate(since.serverAssignments(), seconds),
        rate(since.transactions(), seconds),
        rate(since.queries(), seconds),
        rate(since.received(), seconds),
        rate(since.sent(), seconds),
        mean(since.transactionMicros(), since.transactions()),
        mean(since.queryMicros(), since.queries()),
        mean(since.waitMicros(), since.serverAssignments()),
        rate(since.clientParses(), seconds),
        rate(since.serverParses(), seconds),
        rate(since.binds(), seconds),
        rate(since.logins(), seconds));
  }

  private static long rate(long count, double seconds) {
    // Less than nothing it is only when a pool has been forgotten meanwhile.
    return seconds <= 0 ? 0 : Math.max(0, (long) (count / seconds));
  }

  private static long mean(long sum, long count) {
    return count <= 0 ? 0 : Math.max(0, sum / count);
  }
}
