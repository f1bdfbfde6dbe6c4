package dev.penstock.operator.fleet;

import java.time.Duration;

/**
 * Times of the conversation with instances.
 *
 * @param longPoll how long a report may take: an instance answers within 25 seconds
 * @param grant how long an answer to a grant may take
 * @param pause least time between two reports of one instance
 * @param shortestRetry first wait after a failure
 * @param longestRetry longest wait after failures
 * @param failuresUntilSilent failures in a row until an instance counts as silent
 * @param demandMemory how long a demand is remembered, at least
 */
public record FleetSettings(
    Duration longPoll,
    Duration grant,
    Duration pause,
    Duration shortestRetry,
    Duration longestRetry,
    int failuresUntilSilent,
    Duration demandMemory) {

  /** What the operator runs with. */
  public static final FleetSettings DEFAULT =
      new FleetSettings(
          Duration.ofSeconds(35),
          Duration.ofSeconds(5),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofSeconds(2),
          3,
          Duration.ofSeconds(5));
}
