package dev.penstock.operator.budget;

import java.util.List;

/**
 * A pool at the server: what of the budget it may have, and its instances.
 *
 * @param pool unique at the server
 * @param order its age: a lower number is older; ties are broken by {@code pool}
 * @param min connections it can always count on while it has an instance that serves, at least 0; a
 *     min above {@code max} counts as {@code max}
 * @param max the most that its instances have together, at least 0; {@link Integer#MAX_VALUE} is
 *     none
 * @param weight its part of what is contended or idle, 1 to {@value #MOST_WEIGHT}
 * @param claims its instances, in any order
 */
public record Share(String pool, long order, int min, int max, int weight, List<Claim> claims) {

  /** The highest weight. */
  public static final int MOST_WEIGHT = WaterFilling.MOST_WEIGHT;

  public Share {
    if (min < 0 || max < 0) {
      throw new IllegalArgumentException(
          "min and max of a share are at least 0, were %d and %d of %s".formatted(min, max, pool));
    }
    if (weight < 1 || weight > MOST_WEIGHT) {
      throw new IllegalArgumentException(
          "the weight of a share is 1 to %d, was %d of %s".formatted(MOST_WEIGHT, weight, pool));
    }
    claims = List.copyOf(claims);
  }

  /** The share of a pool that has its server to itself. */
  public static Share whole(String pool, List<Claim> claims) {
    return new Share(pool, 0, 0, Integer.MAX_VALUE, 1, claims);
  }
}
