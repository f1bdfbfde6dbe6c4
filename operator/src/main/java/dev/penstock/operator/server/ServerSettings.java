package dev.penstock.operator.server;

import java.time.Duration;

/**
 * Times of a reconciliation, of a server and of a pool.
 *
 * @param quarantine how long the connections of an instance count whose end cannot be confirmed
 * @param statusPace least time between two writes of a status whose figures matter: clients wait,
 *     or much has moved
 * @param figuresPace least time between two writes of a status for figures that nobody waits for
 * @param interval longest time between two reconciliations of the same
 * @param secretFreshness how long a Secret that was read is taken as it was
 * @param departureMemory how long the end of a pod is remembered
 * @param calm least time between a round and the next that helps no client who waits
 */
public record ServerSettings(
    Duration quarantine,
    Duration statusPace,
    Duration figuresPace,
    Duration interval,
    Duration secretFreshness,
    Duration departureMemory,
    Duration calm) {

  /** What the operator runs with. */
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          Duration.ofMinutes(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofMinutes(10),
          Duration.ofSeconds(10));

  /** The same with another quarantine. */
  public ServerSettings withQuarantine(Duration other) {
    return new ServerSettings(
        other, statusPace, figuresPace, interval, secretFreshness, departureMemory, calm);
  }
}
