package dev.penstock.operator.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps moves that help no one at once apart: each is two writes of a resource. Thread-safe for
 * different servers.
 */
final class Pace {

  private record Round(long number, Instant at) {}

  private final Duration calm;
  private final Map<ServerId, Round> rounds = new ConcurrentHashMap<>();

  /**
   * Knows no rounds yet.
   *
   * @param calm least time since the last round
   */
  Pace(Duration calm) {
    this.calm = calm;
  }

  /** Whether the last round of a server is long enough ago, as far as was seen. */
  boolean isCalm(ServerId server, long round, Instant now) {
    Round last =
        rounds.compute(
            server,
            (_, known) -> known == null || known.number() != round ? new Round(round, now) : known);
    return !now.isBefore(last.at().plus(calm));
  }

  void forget(ServerId server) {
    rounds.remove(server);
  }
}
