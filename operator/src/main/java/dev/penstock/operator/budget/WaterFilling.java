package dev.penstock.operator.budget;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Weighted max–min fairness in whole connections: as if poured one at a time, always into the
 * vessel that stands lowest for its weight; first up to what each demands, then evenly, never above
 * a ceiling.
 *
 * <p>Nothing is poured one at a time: the water level is searched for, in at most some fifty looks
 * at each vessel, and only the odd connections, fewer than vessels, are dealt out by rank.
 *
 * <p>The level is the same whatever the order of the vessels; only who gets the odd ones depends on
 * it, and those stay where they are: among equals the one that had more is preferred, then the
 * lighter (whom one connection lifts most), then the earlier in the list. So the result, given back
 * as {@code had}, gives itself again.
 */
final class WaterFilling {

  /** Bounds the products of the search: 2³¹ × 1000² × 1000 fits a long. */
  static final int MOST_WEIGHT = 1000;

  /**
   * One that takes part.
   *
   * @param weight 1 to {@value #MOST_WEIGHT}
   * @param floor what it has in any case
   * @param demand what it can use, at least {@code floor}
   * @param ceiling what it never exceeds, at least {@code demand}
   * @param had what it had before
   */
  record Vessel(int weight, int floor, int demand, int ceiling, int had) {
    Vessel {
      if (weight < 1
          || weight > MOST_WEIGHT
          || floor < 0
          || demand < floor
          || ceiling < demand
          || had < 0) {
        throw new IllegalArgumentException(
            "a vessel needs weight 1 to %d and 0 ≤ floor ≤ demand ≤ ceiling, was %d and %d, %d, %d"
                .formatted(MOST_WEIGHT, weight, floor, demand, ceiling));
      }
    }
  }

  private final List<Vessel> vessels;
  private final int[] connections;
  private final int[] sure;
  private final long scale;

  private WaterFilling(List<Vessel> vessels) {
    this.vessels = vessels;
    this.connections = vessels.stream().mapToInt(Vessel::floor).toArray();
    this.sure = connections.clone();
    int heaviest = vessels.stream().mapToInt(Vessel::weight).max().orElse(1);
    boolean areEqual = vessels.stream().allMatch(vessel -> vessel.weight() == heaviest);
    // Heights c/w of different weights differ by more than 1/heaviest²: one height in each step.
    this.scale = areEqual ? heaviest : (long) heaviest * heaviest;
  }

  /**
   * Pours {@code amount}, as far as the ceilings let it.
   *
   * @param amount at least the sum of the floors
   * @throws IllegalArgumentException if it is less
   */
  static WaterFilling fill(long amount, List<Vessel> vessels) {
    long left = amount - vessels.stream().mapToLong(Vessel::floor).sum();
    if (left < 0) {
      throw new IllegalArgumentException("the floors exceed " + amount + " by " + -left);
    }
    WaterFilling filling = new WaterFilling(vessels);
    left = filling.pour(left, vessels.stream().mapToInt(Vessel::demand).toArray());
    filling.pour(left, vessels.stream().mapToInt(Vessel::ceiling).toArray());
    return filling;
  }

  /** What each vessel has, in the order of the list. */
  int[] connections() {
    return connections.clone();
  }

  /** What the vessel at this place of the list has. */
  int of(int place) {
    return connections[place];
  }

  /** The same without an odd connection, which another might as well have: whatever each had. */
  int sureOf(int place) {
    return sure[place];
  }

  /** Returns what is left when all have reached their limit. */
  private long pour(long amount, int[] limits) {
    long wanted = 0;
    for (int i = 0; i < limits.length; i++) {
      wanted += limits[i] - connections[i];
    }
    if (wanted <= amount) {
      System.arraycopy(limits, 0, connections, 0, limits.length);
      System.arraycopy(limits, 0, sure, 0, limits.length);
      return amount - wanted;
    }
    long level = level(amount, limits);
    long odd = amount;
    List<Integer> next = new ArrayList<>();
    for (int i = 0; i < limits.length; i++) {
      int filled = upTo(level, i, limits);
      boolean isNext = upTo(level + 1, i, limits) > filled;
      odd -= filled - connections[i];
      connections[i] = filled;
      sure[i] = filled;
      if (isNext) {
        next.add(i);
      }
    }
    next.sort(
        Comparator.<Integer, Boolean>comparing(i -> vessels.get(i).had() <= connections[i])
            .thenComparingInt(i -> vessels.get(i).weight()));
    for (int i : next.subList(0, (int) odd)) {
      connections[i]++;
    }
    return 0;
  }

  /** The highest level, in steps of {@code 1 / scale}, that {@code amount} fills. */
  private long level(long amount, int[] limits) {
    long reached = 0;
    long tooHigh = 1;
    for (int i = 0; i < limits.length; i++) {
      long most = Math.min(limits[i], connections[i] + amount);
      tooHigh = Math.max(tooHigh, (most * scale) / vessels.get(i).weight() + 1);
    }
    while (tooHigh - reached > 1) {
      long middle = (reached + tooHigh) >>> 1;
      if (needed(middle, limits) <= amount) {
        reached = middle;
      } else {
        tooHigh = middle;
      }
    }
    return reached;
  }

  private long needed(long level, int[] limits) {
    long needed = 0;
    for (int i = 0; i < limits.length; i++) {
      needed += upTo(level, i, limits) - connections[i];
    }
    return needed;
  }

  /** What a vessel has when every connection below {@code level} is poured. */
  private int upTo(long level, int place, int[] limits) {
    long below = Math.ceilDiv(level * vessels.get(place).weight(), scale);
    return Math.clamp(below, connections[place], limits[place]);
  }
}
