package dev.penstock.operator.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Examples of several pools at one server. */
class SharesTest {

  private static final int NO_MAX = Integer.MAX_VALUE;

  private static Claim serving(String id, int demand, int waiting, int granted) {
    return new Claim(id, id.length(), demand, waiting, granted, Claim.State.SERVING);
  }

  private static Share pool(String name, int min, int max, int weight, Claim... claims) {
    return new Share(name, name.length(), min, max, weight, List.of(claims));
  }

  /** A pool of one instance, which has its name. */
  private static Share single(String name, int min, int max, int weight, int demand, int granted) {
    int waiting = Math.max(0, demand - granted);
    return pool(name, min, max, weight, serving(name, demand, waiting, granted));
  }

  private static Decision decide(int budget, Share... shares) {
    return Decision.decide(new Budget(budget), List.of(shares), true);
  }

  @Test
  void whatNoOneDemandsIsSpreadByWeight() {
    Decision decision =
        decide(80, single("one", 0, NO_MAX, 1, 0, 0), single("three", 0, NO_MAX, 3, 0, 0));
    assertThat(decision.pools()).isEqualTo(Map.of("one", 20, "three", 60));
    assertThat(decision.grants()).isEqualTo(decision.pools());
  }

  @Test
  void demandAboveTheBudgetIsMetByWeightAndWhatOneLeavesIsTheOthers() {
    assertThat(
            decide(80, single("one", 0, NO_MAX, 1, 200, 0), single("three", 0, NO_MAX, 3, 200, 0))
                .pools())
        .isEqualTo(Map.of("one", 20, "three", 60));
    assertThat(
            decide(80, single("one", 0, NO_MAX, 1, 200, 0), single("three", 0, NO_MAX, 3, 10, 0))
                .pools())
        .isEqualTo(Map.of("one", 70, "three", 10));
  }

  @Test
  void aMinIsLentToNoOne() {
    Decision decision =
        decide(80, single("idle", 30, NO_MAX, 1, 0, 0), single("hungry", 0, NO_MAX, 9, 500, 0));
    assertThat(decision.pools()).isEqualTo(Map.of("idle", 30, "hungry", 50));
  }

  @Test
  void aMinOfAPoolWithoutAnInstanceIsFree() {
    Decision decision =
        decide(80, pool("empty", 30, NO_MAX, 1), single("hungry", 0, NO_MAX, 1, 500, 0));
    assertThat(decision.pools()).isEqualTo(Map.of("empty", 0, "hungry", 80));
    assertThat(decision.admission("empty")).isEqualTo(new Decision.Admission.Satisfied());
  }

  @Test
  void minsThatDoNotFitAreGivenToTheOlderPools() {
    Decision decision =
        decide(
            50,
            single("ccc", 20, NO_MAX, 1, 90, 0),
            single("bb", 30, NO_MAX, 1, 0, 0),
            single("a", 15, NO_MAX, 1, 0, 0));
    assertThat(decision.pools()).isEqualTo(Map.of("a", 15, "bb", 30, "ccc", 5));
    assertThat(decision.admitted())
        .isEqualTo(
            Map.of(
                "a", new Decision.Admission.Satisfied(),
                "bb", new Decision.Admission.Satisfied(),
                "ccc", new Decision.Admission.MinimumUnmet(20, 5)));
  }

  @Test
  void noPoolExceedsItsMaxWhoeverIsIdle() {
    Decision decision =
        decide(80, single("small", 0, 7, 100, 500, 0), single("other", 0, 30, 1, 0, 0));
    assertThat(decision.pools()).isEqualTo(Map.of("small", 7, "other", 30));
  }

  @Test
  void aMaxBelowTheNumberOfInstancesAdmitsTheOldest() {
    Share crowded =
        pool(
            "crowded",
            0,
            2,
            1,
            serving("1", 9, 9, 0),
            serving("22", 9, 9, 0),
            serving("333", 9, 9, 0));
    Decision decision = decide(80, crowded, single("other", 0, NO_MAX, 1, 0, 0));
    assertThat(decision.grants()).isEqualTo(Map.of("1", 1, "22", 1, "333", 0, "other", 78));
    assertThat(decision.admission("crowded")).isEqualTo(new Decision.Admission.Unsatisfiable(3, 2));
  }

  @Test
  void floorsThatDoNotFitAreGivenToTheOldestInstancesOfAllPools() {
    Decision decision =
        decide(
            3,
            pool("aa", 2, NO_MAX, 1, serving("1", 5, 5, 0), serving("4444", 5, 5, 0)),
            pool("b", 0, NO_MAX, 9, serving("333", 5, 5, 0), serving("22", 5, 5, 0)));
    assertThat(decision.grants()).isEqualTo(Map.of("1", 1, "22", 1, "333", 1, "4444", 0));
    assertThat(decision.admitted())
        .isEqualTo(
            Map.of(
                "aa", new Decision.Admission.Unsatisfiable(2, 1),
                "b", new Decision.Admission.Satisfied()));
  }

  @Test
  void whatIsSilentOrLeavesCountsTowardsItsOwnPool() {
    Share troubled =
        pool(
            "troubled",
            0,
            30,
            1,
            new Claim("silent", 0, 0, 0, 15, Claim.State.SILENT),
            new Claim("leaving", 1, 5, 0, 9, Claim.State.DRAINING),
            serving("serving", 90, 90, 0));
    assertThat(decide(80, troubled, single("other", 0, NO_MAX, 1, 90, 0)).grants())
        .isEqualTo(Map.of("silent", 15, "leaving", 5, "serving", 10, "other", 50));
  }

  @Test
  void whatIsKeptAboveTheBudgetLeavesNothing() {
    Decision decision =
        decide(
            10,
            pool("a", 5, NO_MAX, 1, new Claim("silent", 0, 0, 0, 15, Claim.State.SILENT)),
            single("other", 5, NO_MAX, 1, 9, 0));
    assertThat(decision.pools()).isEqualTo(Map.of("a", 15, "other", 0));
    assertThat(decision.admission("other")).isEqualTo(new Decision.Admission.Unsatisfiable(1, 0));
  }

  @Test
  void aPoolsShareIsEvenWithinIt() {
    Claim[] ten =
        IntStream.range(0, 10)
            .mapToObj(i -> new Claim("i" + i, i, 0, 0, 0, Claim.State.SERVING))
            .toArray(Claim[]::new);
    Decision decision =
        decide(164, pool("ten", 0, NO_MAX, 1, ten), single("one", 0, NO_MAX, 1, 0, 0));
    assertThat(decision.pools()).isEqualTo(Map.of("ten", 82, "one", 82));
    assertThat(decision.grants().values())
        .containsExactlyInAnyOrder(8, 8, 8, 8, 8, 8, 8, 8, 9, 9, 82);
  }

  @Test
  void twoPoolsOfOneNameAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decide(9, pool("a", 0, NO_MAX, 1), pool("a", 0, NO_MAX, 1)))
        .withMessageContaining("the name a");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                decide(
                    9,
                    single("a", 0, NO_MAX, 1, 0, 0),
                    pool("b", 0, NO_MAX, 1, serving("a", 0, 0, 0))))
        .withMessageContaining("the id a");
  }
}
