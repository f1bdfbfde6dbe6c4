package dev.penstock.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/** Many walks, one after the other, until one fails or enough steps were taken. */
final class Campaign {

  private static final int ATTEMPTS_TO_SHRINK = 300;

  private final Rig rig;
  private long steps;
  private int walks;

  Campaign(Rig rig) {
    this.rig = rig;
  }

  /** How many steps were taken. */
  long steps() {
    return steps;
  }

  int walks() {
    return walks;
  }

  /** Walks until one fails, or so many steps were taken, and so much time has passed. */
  Optional<Walk> firstToFail(long seed, long enough, Duration longEnough) {
    SplittableRandom seeds = new SplittableRandom(seed);
    long begun = System.nanoTime();
    while (steps < enough || System.nanoTime() - begun < longEnough.toNanos()) {
      Walk walk = Walk.of(seeds.nextLong());
      Optional<Walk.Failure> failure = walk.failure(rig);
      walks++;
      steps += failure.map(Walk.Failure::step).orElse(walk.steps().size());
      if (failure.isPresent()) {
        return Optional.of(walk);
      }
    }
    return Optional.empty();
  }

  /** For people: the fewest steps found that fail, what goes wrong, and how to see it again. */
  String describe(Walk walk) {
    Walk shrunk = walk.shrunk(rig, ATTEMPTS_TO_SHRINK);
    Walk.Failure failure = shrunk.failure(rig).orElseThrow();
    return """
        %s
        replay: -Dpenstock.simulation.walk=%d
        %d of %d steps: %s
        %s"""
        .formatted(
            failure.what(),
            walk.seed(),
            shrunk.steps().size(),
            walk.steps().size(),
            shrunk.steps().stream().map(Step::kind).toList(),
            failure.trace());
  }
}
