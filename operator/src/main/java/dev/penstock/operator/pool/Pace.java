package dev.penstock.operator.pool;

import dev.penstock.operator.fleet.FleetId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps moves that help no one at once apart: each is two writes of a resource. Thread-safe for
 * different pools.
 */
final class Pace {

  private record Round(long number, Instant at) {}

  private final Duration calm;
  private final Map<FleetId, Round> rounds = new ConcurrentHashMap<>();

  /**
   * Knows no rounds yet.
   *
   * @param calm least time since the last round
   */
  Pace(Duration calm) {
    this.calm = calm;
  }

  /** Whether the last round of a pool is long enough ago, as far as was seen. */
  boolean isCalm(FleetId pool, long round, Instant now) {
    Round last =
        rounds.compute(
            pool,
            (_, known) -> known == null || known.number() != round ? new Round(round, now) : known);
    return !now.isBefore(last.at().plus(calm));
  }

  void forget(FleetId pool) {
    rounds.remove(pool);
  }
}
