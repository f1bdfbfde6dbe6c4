package dev.penstock.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A way through a world: steps, then rest.
 *
 * @param seed all of it depends on this number
 */
record Walk(long seed, List<Step> steps) {

  private static final int SHORTEST = 50;
  private static final int LONGEST = 400;
  private static final List<Step.Kind> BY_WEIGHT = byWeight();

  Walk {
    steps = List.copyOf(steps);
  }

  private static List<Step.Kind> byWeight() {
    List<Step.Kind> kinds = new ArrayList<>();
    for (Step.Kind kind : Step.Kind.values()) {
      for (int i = 0; i < kind.weight(); i++) {
        kinds.add(kind);
      }
    }
    return List.copyOf(kinds);
  }

  static Walk of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Step> steps = new ArrayList<>();
    int length = random.nextInt(SHORTEST, LONGEST);
    for (int i = 0; i < length; i++) {
      steps.add(new Step(BY_WEIGHT.get(random.nextInt(BY_WEIGHT.size())), random.nextLong()));
    }
    return new Walk(seed, steps);
  }

  /**
   * What went wrong.
   *
   * @param step the number of the step it was seen in, the number of steps if all had been taken
   */
  record Failure(String what, int step, String trace) {}

  /** Takes all steps, and then waits for rest. */
  Optional<Failure> failure(Rig rig) {
    World world = new World(rig, seed);
    int taken = 0;
    try {
      for (Step step : steps) {
        world.take(step);
        taken++;
      }
      int all = taken;
      return world
          .settle(seed)
          .map(unrest -> new Failure("never at rest: " + unrest, all, world.trace()));
    } catch (Law.Broken broken) {
      return Optional.of(new Failure(String.valueOf(broken.getMessage()), taken, world.trace()));
    }
  }

  /** The same way with as few steps as still fail, within so many attempts. */
  Walk shrunk(Rig rig, int attempts) {
    List<Step> least = steps;
    int left = attempts;
    for (int chunk = Math.max(1, least.size() / 2); chunk > 0; chunk /= 2) {
      for (int from = 0; from < least.size() && left > 0; ) {
        List<Step> fewer = new ArrayList<>(least);
        fewer.subList(from, Math.min(least.size(), from + chunk)).clear();
        left--;
        if (new Walk(seed, fewer).failure(rig).isPresent()) {
          least = List.copyOf(fewer);
        } else {
          from += chunk;
        }
      }
    }
    return new Walk(seed, least);
  }
}
