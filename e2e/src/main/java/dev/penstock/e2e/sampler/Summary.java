package dev.penstock.e2e.sampler;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/**
 * What a stretch of samples amounts to.
 *
 * @param samples how many were taken
 * @param missed moments at which one was due and the one before was not yet done
 * @param lowest the smallest count, 0 without samples
 * @param peak the largest count, 0 without samples
 * @param peakAt when it was first seen
 * @param longestGap the longest time between two samples
 */
public record Summary(
    int samples, int missed, int lowest, int peak, Instant peakAt, Duration longestGap) {

  static Summary of(Collection<Sample> samples) {
    int missed = 0;
    int lowest = Integer.MAX_VALUE;
    int peak = -1;
    Instant peakAt = Instant.EPOCH;
    Duration longestGap = Duration.ZERO;
    for (Sample sample : samples) {
      missed += sample.missed();
      lowest = Math.min(lowest, sample.fleet());
      if (sample.fleet() > peak) {
        peak = sample.fleet();
        peakAt = sample.at();
      }
      if (sample.sincePrevious().compareTo(longestGap) > 0) {
        longestGap = sample.sincePrevious();
      }
    }
    return samples.isEmpty()
        ? new Summary(0, 0, 0, 0, Instant.EPOCH, Duration.ZERO)
        : new Summary(samples.size(), missed, lowest, peak, peakAt, longestGap);
  }

  /** Whether at least four in five of the moments that were due have been seen. */
  public boolean keptItsRate() {
    return samples > 0 && samples >= 4 * missed;
  }
}
