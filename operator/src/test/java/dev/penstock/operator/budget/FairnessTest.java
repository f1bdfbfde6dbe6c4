package dev.penstock.operator.budget;

import static dev.penstock.operator.budget.AnyShares.serving;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Max–min fairness against every other way to share: none serves the least served better. */
class FairnessTest {

  @Provide
  Arbitrary<List<Share>> fresh() {
    return AnyShares.freshAndFew();
  }

  @Provide
  Arbitrary<List<WaterFilling.Vessel>> vessels() {
    return Combinators.combine(
            Arbitraries.oneOf(
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(1, WaterFilling.MOST_WEIGHT)),
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers().between(0, 30),
            Arbitraries.integers().between(0, 30),
            Arbitraries.integers().between(0, 40))
        .as(
            (weight, floor, demand, ceiling, had) ->
                new WaterFilling.Vessel(
                    weight, floor, floor + demand, floor + demand + ceiling, had))
        .list()
        .ofMaxSize(5);
  }

  /**
   * What is had of the demand for its weight, least first, and then what is had at all, least
   * first: in whole numbers, because every weight is a factor of their product. The greater in the
   * order of the dictionary is the fairer.
   */
  private static long[] satisfaction(List<Share> shares, int[] sums, int[] demands) {
    long product = shares.stream().mapToLong(Share::weight).reduce(1, (a, b) -> a * b);
    long[] satisfaction = new long[2 * sums.length];
    for (int i = 0; i < sums.length; i++) {
      long unit = product / shares.get(i).weight();
      satisfaction[i] = Math.min(sums[i], demands[i]) * unit;
      satisfaction[sums.length + i] = sums[i] * unit;
    }
    Arrays.sort(satisfaction, 0, sums.length);
    Arrays.sort(satisfaction, sums.length, satisfaction.length);
    return satisfaction;
  }

  @Property
  void noOtherSharingAmongPoolsServesTheLeastServedBetter(
      @ForAll("fresh") List<Share> all, @ForAll @IntRange(min = 6, max = 24) int budget) {
    List<Share> shares =
        all.stream()
            .filter(share -> serving(share).findAny().isPresent() && share.max() > 1)
            .toList();
    int[] least = new int[shares.size()];
    int[] most = new int[shares.size()];
    int[] demands = new int[shares.size()];
    int left = budget;
    for (int i = 0; i < least.length; i++) {
      Share share = shares.get(i);
      int floors = share.claims().size();
      most[i] = Math.min(budget, share.max());
      least[i] = Math.max(floors, Math.min(share.min(), share.max()));
      int demand = share.claims().stream().mapToInt(claim -> Math.max(1, claim.demand())).sum();
      demands[i] = Math.clamp(demand, least[i], Math.max(least[i], share.max()));
      left -= least[i];
    }
    if (left < 0) {
      return;
    }
    Decision decision = Decision.decide(new Budget(budget), shares, true);
    int[] decided =
        shares.stream()
            .mapToInt(share -> decision.pools().getOrDefault(share.pool(), -1))
            .toArray();
    long[] ours = satisfaction(shares, decided, demands);
    everySharing(
        budget,
        least,
        most,
        sums ->
            assertThat(Arrays.compare(satisfaction(shares, sums, demands), ours))
                .as("%s is better than %s", Arrays.toString(sums), Arrays.toString(decided))
                .isLessThanOrEqualTo(0));
  }

  @Property
  void noOtherSharingAmongInstancesServesTheLeastServedBetter(
      @ForAll List<@IntRange(max = 20) Integer> demanded,
      @ForAll @IntRange(min = 4, max = 24) int budget) {
    List<Share> single = new ArrayList<>();
    List<Claim> claims = new ArrayList<>();
    for (int demand : demanded.subList(0, Math.min(4, demanded.size()))) {
      String id = "i" + claims.size();
      claims.add(new Claim(id, 0, demand, 0, 0, Claim.State.SERVING));
      single.add(new Share(id, 0, 0, AnyShares.NO_MAX, 1, List.of()));
    }
    Decision decision =
        Decision.decide(new Budget(budget), List.of(Share.whole("pool", claims)), true);
    int[] demands = claims.stream().mapToInt(claim -> Math.max(1, claim.demand())).toArray();
    int[] decided =
        claims.stream().mapToInt(claim -> decision.grants().getOrDefault(claim.id(), -1)).toArray();
    long[] ours = satisfaction(single, decided, demands);
    int[] most = claims.stream().mapToInt(_ -> budget).toArray();
    int[] least = claims.stream().mapToInt(_ -> 1).toArray();
    everySharing(
        budget,
        least,
        most,
        grants ->
            assertThat(Arrays.compare(satisfaction(single, grants, demands), ours))
                .as("%s is better than %s", Arrays.toString(grants), Arrays.toString(decided))
                .isLessThanOrEqualTo(0));
  }

  private static void everySharing(int budget, int[] least, int[] most, Consumer<int[]> check) {
    everySharing(budget, least, most, least.clone(), 0, check);
  }

  private static void everySharing(
      int budget, int[] least, int[] most, int[] sharing, int place, Consumer<int[]> check) {
    if (place == sharing.length) {
      if (Arrays.stream(sharing).sum() <= budget) {
        check.accept(sharing);
      }
      return;
    }
    for (int sum = least[place]; sum <= most[place]; sum++) {
      sharing[place] = sum;
      everySharing(budget, least, most, sharing, place + 1, check);
    }
  }

  @Property
  void theLevelThatIsSearchedForIsTheOneThatPouringReaches(
      @ForAll("vessels") List<WaterFilling.Vessel> vessels,
      @ForAll @IntRange(max = 400) int besides) {
    long amount = vessels.stream().mapToLong(WaterFilling.Vessel::floor).sum() + besides;
    assertThat(WaterFilling.fill(amount, vessels).connections()).isEqualTo(poured(amount, vessels));
  }

  /** One connection at a time to the lowest for its weight. */
  private static int[] poured(long amount, List<WaterFilling.Vessel> vessels) {
    int[] has = vessels.stream().mapToInt(WaterFilling.Vessel::floor).toArray();
    long left = amount - Arrays.stream(has).asLongStream().sum();
    while (left > 0 && pourOne(vessels, has)) {
      left--;
    }
    return has;
  }

  private static boolean pourOne(List<WaterFilling.Vessel> vessels, int[] has) {
    int lowest = -1;
    for (int i = 0; i < has.length; i++) {
      if (has[i] < vessels.get(i).ceiling()
          && (lowest < 0
              || Arrays.compare(rank(vessels, has, i), rank(vessels, has, lowest)) < 0)) {
        lowest = i;
      }
    }
    if (lowest >= 0) {
      has[lowest]++;
    }
    return lowest >= 0;
  }

  /** Demand first, then the height as a fraction of all weights, then who is preferred. */
  private static long[] rank(List<WaterFilling.Vessel> vessels, int[] has, int place) {
    WaterFilling.Vessel vessel = vessels.get(place);
    long common =
        vessels.stream()
            .mapToLong(WaterFilling.Vessel::weight)
            .distinct()
            .reduce(1, FairnessTest::leastCommonMultiple);
    return LongStream.of(
            has[place] < vessel.demand() ? 0 : 1,
            has[place] * (common / vessel.weight()),
            vessel.had() > has[place] ? 0 : 1,
            vessel.weight())
        .toArray();
  }

  private static long leastCommonMultiple(long one, long other) {
    long a = one;
    long b = other;
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return one / a * other;
  }
}
