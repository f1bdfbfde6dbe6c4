package dev.penstock.operator.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DecisionTest {

  private static final String POOL = "orders";

  private static Decision decide(Budget budget, List<Claim> claims) {
    return Decision.decide(budget, List.of(Share.whole(POOL, claims)), true);
  }

  private static Claim serving(int order, int demand, int waiting, int granted) {
    return new Claim("i" + order, order, demand, waiting, granted, Claim.State.SERVING);
  }

  private static List<Claim> granted(List<Claim> claims, Map<String, Integer> grants) {
    return claims.stream()
        .map(
            claim ->
                new Claim(
                    claim.id(),
                    claim.order(),
                    claim.demand(),
                    claim.waiting(),
                    grants.getOrDefault(claim.id(), 0),
                    claim.state()))
        .toList();
  }

  private static long sum(Decision decision) {
    return decision.grants().values().stream().mapToLong(Integer::intValue).sum();
  }

  @Test
  void eightyTwoOverTenIdleInstancesAreEightOfEightAndTwoOfNine() {
    List<Claim> ten = IntStream.range(0, 10).mapToObj(i -> serving(i, 0, 0, 0)).toList();
    Decision decision = decide(new Budget(82), ten);
    assertThat(decision.grants().values()).containsExactlyInAnyOrder(8, 8, 8, 8, 8, 8, 8, 8, 9, 9);
    assertThat(decision.grants()).containsEntry("i0", 9).containsEntry("i1", 9);
  }

  @Test
  void theOneThatDemandsGetsItAndTheRestIsSpreadEvenly() {
    Decision decision =
        decide(
            new Budget(82),
            List.of(serving(0, 50, 20, 28), serving(1, 0, 0, 27), serving(2, 2, 0, 27)));
    assertThat(decision.grants())
        .containsExactlyInAnyOrderEntriesOf(Map.of("i0", 50, "i1", 16, "i2", 16));
  }

  @Test
  void underMoreDemandThanBudgetAllAreServedToTheSameLevel() {
    Decision decision =
        decide(
            new Budget(30),
            List.of(serving(0, 100, 90, 10), serving(1, 4, 0, 10), serving(2, 60, 50, 10)));
    assertThat(decision.grants())
        .containsExactlyInAnyOrderEntriesOf(Map.of("i0", 13, "i1", 4, "i2", 13));
  }

  @Test
  void aWobbleMovesNothing() {
    Decision decision =
        decide(new Budget(82), List.of(serving(0, 42, 0, 41), serving(1, 0, 0, 41)));
    assertThat(decision.grants()).isEqualTo(Map.of("i0", 41, "i1", 41));
  }

  @Test
  void aWaitingClientCountsHoweverSmallTheChange() {
    Decision decision =
        decide(new Budget(82), List.of(serving(0, 42, 1, 41), serving(1, 0, 0, 41)));
    assertThat(decision.grants()).isEqualTo(Map.of("i0", 42, "i1", 40));
  }

  @Test
  void floorsAboveTheBudgetAdmitTheOldest() {
    List<Claim> five = IntStream.range(0, 5).mapToObj(i -> serving(i, 10, 5, 0)).toList();
    Decision decision = decide(new Budget(3), five);
    assertThat(decision.admission(POOL)).isEqualTo(new Decision.Admission.Unsatisfiable(5, 3));
    assertThat(decision.grants()).isEqualTo(Map.of("i0", 1, "i1", 1, "i2", 1, "i3", 0, "i4", 0));
  }

  @Test
  void aDrainingInstanceKeepsWhatItUsesAndIsNeverRaised() {
    Decision decision =
        decide(
            new Budget(20),
            List.of(
                serving(0, 0, 0, 10),
                new Claim("leaving", 1, 3, 0, 10, Claim.State.DRAINING),
                new Claim("leavingBusy", 2, 9, 9, 4, Claim.State.DRAINING)));
    assertThat(decision.grants()).isEqualTo(Map.of("i0", 13, "leaving", 3, "leavingBusy", 4));
  }

  @Test
  void aSilentInstanceStandsStillAndItsShareIsNotGivenAway() {
    Decision decision =
        decide(
            new Budget(20),
            List.of(serving(0, 50, 40, 10), new Claim("silent", 1, 0, 0, 10, Claim.State.SILENT)));
    assertThat(decision.grants()).isEqualTo(Map.of("i0", 10, "silent", 10));
  }

  @Test
  void noInstancesAtAllIsAnAnswer() {
    assertThat(decide(new Budget(82), List.of()).grants()).isEmpty();
    assertThat(Decision.decide(new Budget(82), List.of(), true))
        .isEqualTo(new Decision(Map.of(), Map.of(), Map.of()));
  }

  @Provide
  Arbitrary<List<Claim>> claims() {
    Arbitrary<Claim.State> states =
        Arbitraries.frequency(
            Tuple.of(8, Claim.State.SERVING),
            Tuple.of(1, Claim.State.DRAINING),
            Tuple.of(1, Claim.State.SILENT));
    Arbitrary<Claim> claim =
        Combinators.combine(
                Arbitraries.integers().between(0, 200),
                Arbitraries.integers().between(0, 20),
                Arbitraries.integers().between(0, 60),
                states)
            .as(
                (demand, waiting, granted, state) ->
                    new Claim("", 0, demand, waiting, granted, state));
    return claim
        .list()
        .ofMaxSize(30)
        .map(
            list -> {
              List<Claim> named = new ArrayList<>();
              for (Claim each : list) {
                named.add(
                    new Claim(
                        "i" + named.size(),
                        named.size() / 2,
                        each.demand(),
                        each.waiting(),
                        each.granted(),
                        each.state()));
              }
              return named;
            });
  }

  private static long standing(List<Claim> claims) {
    return claims.stream()
        .filter(claim -> claim.state() != Claim.State.SERVING)
        .mapToLong(
            claim ->
                claim.state() == Claim.State.SILENT
                    ? claim.granted()
                    : Math.min(claim.granted(), claim.demand()))
        .sum();
  }

  @Property
  void theSumIsTheBudgetWheneverSomeoneServesAndNeverMore(
      @ForAll("claims") List<Claim> claims, @ForAll @IntRange(max = 500) int budget) {
    Decision decision = decide(new Budget(budget), claims);
    long standing = standing(claims);
    boolean anyServing = claims.stream().anyMatch(c -> c.state() == Claim.State.SERVING);
    // What cannot be taken back by deciding (silent, draining) may exceed a budget that shrank.
    assertThat(sum(decision)).isLessThanOrEqualTo(Math.max(budget, standing));
    if (anyServing) {
      assertThat(sum(decision)).isEqualTo(Math.max(budget, standing));
    }
    assertThat(decision.grants().keySet())
        .containsExactlyInAnyOrderElementsOf(claims.stream().map(Claim::id).toList());
  }

  @Property
  void everyServingInstanceHasItsFloorOrTheDecisionSaysUnsatisfiable(
      @ForAll("claims") List<Claim> claims, @ForAll @IntRange(max = 500) int budget) {
    Decision decision = decide(new Budget(budget), claims);
    List<Integer> grants =
        claims.stream()
            .filter(claim -> claim.state() == Claim.State.SERVING)
            .map(claim -> decision.grants().getOrDefault(claim.id(), -1))
            .toList();
    switch (decision.admission(POOL)) {
      case Decision.Admission.Satisfied _ ->
          assertThat(grants).allMatch(grant -> grant >= Decision.FLOOR);
      case Decision.Admission.Unsatisfiable(int needed, int available) -> {
        assertThat(needed).isEqualTo(grants.size()).isGreaterThan(available);
        assertThat(grants.stream().filter(grant -> grant == 1)).hasSize(available);
        assertThat(grants).isSortedAccordingTo(Collections.reverseOrder());
      }
      case Decision.Admission.MinimumUnmet unmet -> throw new AssertionError(unmet.toString());
    }
  }

  @Property
  void theOrderOfTheClaimsDoesNotMatter(
      @ForAll("claims") List<Claim> claims,
      @ForAll @IntRange(max = 500) int budget,
      @ForAll long seed) {
    List<Claim> shuffled = new ArrayList<>(claims);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(decide(new Budget(budget), shuffled)).isEqualTo(decide(new Budget(budget), claims));
  }

  @Property
  void underConstantDemandTheFirstDecisionIsTheLast(
      @ForAll("claims") List<Claim> claims, @ForAll @IntRange(max = 500) int budget) {
    Decision first = decide(new Budget(budget), claims);
    Decision second = decide(new Budget(budget), granted(claims, first.grants()));
    assertThat(second).isEqualTo(first);
  }

  @Property
  void noOneHasMoreThanItDemandsWhileAnotherGoesShort(
      @ForAll("claims") List<Claim> claims, @ForAll @IntRange(max = 500) int budget) {
    List<Claim> fresh = granted(claims, Map.of());
    Decision decision = decide(new Budget(budget), fresh);
    for (Claim rich : fresh) {
      for (Claim poor : fresh) {
        int riches = decision.grants().getOrDefault(rich.id(), 0);
        int poverty = decision.grants().getOrDefault(poor.id(), 0);
        if (rich.state() == Claim.State.SERVING
            && poor.state() == Claim.State.SERVING
            && poverty < poor.demand()
            && riches > Decision.FLOOR) {
          assertThat(riches).isLessThanOrEqualTo(poverty + 1);
        }
      }
    }
  }
}
