package dev.penstock.operator.fleet;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits longer after each failure, spread so that thousands do not come back at once. */
final class Backoff {

  private final Duration shortest;
  private final Duration longest;
  private Duration next;

  Backoff(FleetSettings settings) {
    this.shortest = settings.shortestRetry();
    this.longest = settings.longestRetry();
    this.next = shortest;
  }

  void reset() {
    next = shortest;
  }

  /** How long to wait now: half of it for certain. */
  Duration pause() {
    long most = next.toMillis();
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) < 0 ? doubled : longest;
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }
}
