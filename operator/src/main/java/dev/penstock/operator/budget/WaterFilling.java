package dev.penstock.operator.budget;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Weighted max–min fairness in whole connections: poured one at a time, always into the vessel that
 * stands lowest for its weight; first up to what each demands, then evenly.
 *
 * <p>The level of every vessel is the same whatever their order; only who gets the odd ones depends
 * on it, and those stay where they are: among equals the one that had more is preferred, then the
 * earlier in the list. So the result, given back as {@code had}, gives itself again.
 */
final class WaterFilling {

  private WaterFilling() {}

  /**
   * One that takes part.
   *
   * @param id unique among the vessels
   * @param weight at least 1
   * @param floor what it has in any case
   * @param demand what it can use, at least {@code floor}
   * @param had what it had before
   */
  record Vessel(String id, int weight, int floor, int demand, int had) {
    Vessel {
      if (weight < 1 || floor < 0 || demand < floor) {
        throw new IllegalArgumentException(
            "a vessel needs weight ≥ 1, floor ≥ 0 and demand ≥ floor: %s has %d, %d and %d"
                .formatted(id, weight, floor, demand));
      }
    }
  }

  private static final class Level {
    final Vessel vessel;
    final int place;
    int connections;

    Level(Vessel vessel, int place) {
      this.vessel = vessel;
      this.place = place;
      this.connections = vessel.floor();
    }

    boolean wants() {
      return connections < vessel.demand();
    }

    boolean hadMore() {
      return vessel.had() > connections;
    }

    static int byHeight(Level one, Level other) {
      return Long.compare(
          (long) one.connections * other.vessel.weight(),
          (long) other.connections * one.vessel.weight());
    }
  }

  private static final Comparator<Level> LOWEST =
      ((Comparator<Level>) Level::byHeight)
          .thenComparing(Level::hadMore, Comparator.reverseOrder())
          .thenComparingInt(level -> level.place);

  /**
   * Pours all of {@code amount}.
   *
   * @param amount at least the sum of the floors
   * @return what each has, in the order given; the sum is {@code amount} unless there is no vessel
   */
  static Map<String, Integer> fill(int amount, List<Vessel> vessels) {
    List<Level> levels =
        IntStream.range(0, vessels.size())
            .mapToObj(place -> new Level(vessels.get(place), place))
            .toList();
    long left = amount - levels.stream().mapToLong(level -> level.connections).sum();
    if (left < 0) {
      throw new IllegalArgumentException("the floors exceed " + amount + " by " + -left);
    }
    left = pour(left, levels, Level::wants);
    pour(left, levels, level -> true);
    Map<String, Integer> filled = new LinkedHashMap<>();
    levels.forEach(level -> filled.put(level.vessel.id(), level.connections));
    return filled;
  }

  private static long pour(long amount, List<Level> levels, Predicate<Level> takes) {
    PriorityQueue<Level> lowestFirst = new PriorityQueue<>(LOWEST);
    levels.stream().filter(takes).forEach(lowestFirst::add);
    long left = amount;
    while (left > 0 && !lowestFirst.isEmpty()) {
      Level lowest = lowestFirst.remove();
      lowest.connections++;
      left--;
      if (takes.test(lowest)) {
        lowestFirst.add(lowest);
      }
    }
    return left;
  }
}
