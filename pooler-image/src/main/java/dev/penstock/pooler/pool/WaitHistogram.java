package dev.penstock.pooler.pool;

import java.util.ArrayList;
import java.util.List;

/** How long clients waited. Not thread-safe; recording allocates nothing. */
final class WaitHistogram {
  private static final double NANOS = 1e9;
  private static final double[] BOUNDS = {
    0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120
  };
  private static final long[] BOUNDS_NANOS = new long[BOUNDS.length];

  static {
    for (int i = 0; i < BOUNDS.length; i++) {
      BOUNDS_NANOS[i] = Math.round(BOUNDS[i] * NANOS);
    }
  }

  private final long[] counts = new long[BOUNDS.length + 1];
  private long sumNanos;
  private long total;

  void record(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
      bucket++;
    }
    counts[bucket]++;
    sumNanos += nanos;
    total++;
  }

  /** How many waits there were. */
  long total() {
    return total;
  }

  /** All of them together. */
  long sumNanos() {
    return sumNanos;
  }

  PoolStatistics.Waits snapshot() {
    List<PoolStatistics.Bucket> buckets = new ArrayList<>(counts.length);
    for (int i = 0; i < counts.length; i++) {
      double bound = i < BOUNDS.length ? BOUNDS[i] : Double.POSITIVE_INFINITY;
      buckets.add(new PoolStatistics.Bucket(bound, counts[i]));
    }
    return new PoolStatistics.Waits(buckets, sumNanos / NANOS);
  }
}
