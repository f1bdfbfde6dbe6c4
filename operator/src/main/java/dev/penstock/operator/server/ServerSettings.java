package dev.penstock.operator.server;

import java.time.Duration;

/**
 * Times of a reconciliation, of a server and of a pool.
 *
 * @param quarantine how long the connections of an instance count whose end cannot be confirmed
 * @param statusPace least time between two writes of a status whose figures matter: clients wait,
 *     or much has moved
 * @param figuresPace how long figures wait that nobody waits for, and that no change of the same
 *     resource has moved
 * @param interval longest time between two looks at the same server, which is asked and told of
 *     ended processes by them; and at a pool that is not as it should be
 * @param restInterval longest time between two looks at a pool in which all is well: everything
 *     that matters of it is watched
 * @param secretFreshness how long a Secret that was read is taken as it was, where none are watched
 * @param departureMemory how long the end of a pod is remembered
 * @param calm least time between a round and the next that helps no client who waits
 */
public record ServerSettings(
    Duration quarantine,
    Duration statusPace,
    Duration figuresPace,
    Duration interval,
    Duration restInterval,
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
          Duration.ofMinutes(5),
          Duration.ofSeconds(5),
          Duration.ofMinutes(10),
          Duration.ofSeconds(10));

  /** The same with another quarantine. */
  public ServerSettings withQuarantine(Duration other) {
    return new ServerSettings(
        other,
        statusPace,
        figuresPace,
        interval,
        restInterval,
        secretFreshness,
        departureMemory,
        calm);
  }
}
