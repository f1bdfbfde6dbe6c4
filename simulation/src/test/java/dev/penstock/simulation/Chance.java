package dev.penstock.simulation;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** All that is left to chance, by one number. */
public final class Chance implements RandomGenerator {

  private SplittableRandom random = new SplittableRandom(0);

  /** What follows depends on this number alone. */
  void startFrom(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public long nextLong() {
    return random.nextLong();
  }

  /** From 0 to {@code bound} exclusive. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** From {@code least} to {@code most}, both inclusive. */
  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /** Whether that happens which happens in so many of a hundred cases. */
  public boolean percent(int share) {
    return random.nextInt(100) < share;
  }

  /** A time up to {@code longest}, shorter ones more often. */
  public Duration upTo(Duration longest) {
    double part = random.nextDouble();
    return Duration.ofNanos((long) (longest.toNanos() * part * part));
  }

  /** A time from {@code -furthest} to {@code furthest}. */
  Duration aroundZero(Duration furthest) {
    return furthest.multipliedBy(between(-100, 100)).dividedBy(100);
  }

  /** One of them. */
  <T> Optional<T> oneOf(Collection<T> all) {
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(List.copyOf(all).get(random.nextInt(all.size())));
  }

  /** A name that no other has. */
  String name() {
    return "%016x".formatted(random.nextLong());
  }
}
