package dev.penstock.pooler.fleet;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How often something may happen: so many times at once, and so many a second. Thread-safe. */
final class Allowance {

  private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  private final long most;
  private final long nanosEach;
  private final LongSupplier nanoTime;

  /** What has been saved up, in nanoseconds. */
  private long saved;

  private long last;

  /**
   * With all of it to begin with.
   *
   * @param burst the most at once, at least 1
   * @param perSecond what is regained each second, at least 1
   */
  Allowance(int burst, int perSecond, LongSupplier nanoTime) {
    this.nanosEach = NANOS_PER_SECOND / perSecond;
    this.most = burst * nanosEach;
    this.nanoTime = nanoTime;
    this.saved = most;
    this.last = nanoTime.getAsLong();
  }

  /** Takes one, if there is one left. */
  synchronized boolean take() {
    long now = nanoTime.getAsLong();
    saved = Math.min(most, saved + Math.min(most, now - last));
    last = now;
    if (saved < nanosEach) {
      return false;
    }
    saved -= nanosEach;
    return true;
  }
}
