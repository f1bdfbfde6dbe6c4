package dev.penstock.pooler.pool;

import java.util.random.RandomGenerator;

/**
 * When to try again what has failed. Each pause is shortened by up to half at random, so that the
 * instances of a fleet, whose attempts failed at the same moment, do not all come back at the same
 * moment. Times are in nanoseconds. Not thread-safe.
 */
final class Backoff {
  private static final long FIRST_NANOS = 50_000_000L;
  private static final double SPREAD = 0.5;
  private static final int MOST_DOUBLINGS = 30;

  private final RandomGenerator random;
  private int failures;
  private long retryAt;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** An attempt has failed: the pause after it is twice the one before, up to {@code longest}. */
  void failed(long now, long longest) {
    if (isFailing() && !isOver(now)) {
      // It was begun together with one that has failed before it: they are one failure.
      return;
    }
    pause(now, Math.min(longest, FIRST_NANOS << Math.min(failures, MOST_DOUBLINGS)));
  }

  /** An attempt has failed: the pause after it is {@code length}. */
  void pause(long now, long length) {
    failures++;
    retryAt = now + length - (long) (length * SPREAD * random.nextDouble());
  }

  /** An attempt has succeeded. */
  void succeeded() {
    failures = 0;
  }

  /** Whether the last attempt has failed. */
  boolean isFailing() {
    return failures > 0;
  }

  /** Whether the pause after the last failure is over. */
  boolean isOver(long now) {
    return now - retryAt >= 0;
  }
}
