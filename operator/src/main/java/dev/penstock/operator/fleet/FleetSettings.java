package dev.penstock.operator.fleet;

import java.time.Duration;

/**
 * Times and bounds of the conversation with instances.
 *
 * @param longPoll how long an instance is asked to hold a request for a report open: it takes 5 to
 *     120 seconds
 * @param silence how long a connection may give no sign of life, not even of the machine behind it
 * @param connect how long a connection may take to be made
 * @param handshake how long TLS may take after that, from when it is its turn
 * @param grant how long an answer to a grant may take
 * @param idle how long a connection for grants is kept without one
 * @param pause least time between two reports of one instance
 * @param shortestRetry first wait after a failure
 * @param longestRetry longest wait after failures
 * @param failuresUntilSilent failures in a row until an instance counts as silent
 * @param demandMemory how long a demand is remembered, at least
 * @param handshakes TLS handshakes under way at a time, over all fleets
 */
public record FleetSettings(
    Duration longPoll,
    Duration silence,
    Duration connect,
    Duration handshake,
    Duration grant,
    Duration idle,
    Duration pause,
    Duration shortestRetry,
    Duration longestRetry,
    int failuresUntilSilent,
    Duration demandMemory,
    int handshakes) {

  /** How late the answer to a long poll may be. */
  private static final Duration LATE = Duration.ofSeconds(10);

  /** What the operator runs with. */
  public static final FleetSettings DEFAULT =
      new FleetSettings(
          Duration.ofSeconds(120),
          Duration.ofSeconds(35),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofSeconds(2),
          3,
          Duration.ofSeconds(5),
          16);

  /** How long a report may take: an instance answers when {@link #longPoll} is over. */
  Duration report() {
    return longPoll.plus(LATE);
  }
}
