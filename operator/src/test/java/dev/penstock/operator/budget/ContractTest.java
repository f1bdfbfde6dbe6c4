package dev.penstock.operator.budget;

import static dev.penstock.operator.budget.AnyShares.claims;
import static dev.penstock.operator.budget.AnyShares.kept;
import static dev.penstock.operator.budget.AnyShares.serving;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What the Javadoc of {@link Decision} promises, clause by clause, over any pools. */
class ContractTest {

  @Provide
  Arbitrary<List<Share>> shares() {
    return AnyShares.any();
  }

  private static int grant(Decision decision, Claim claim) {
    return decision.grants().getOrDefault(claim.id(), -1);
  }

  private static int sum(Decision decision, Share share) {
    return decision.pools().getOrDefault(share.pool(), -1);
  }

  private static long admitted(Decision decision, Share share) {
    return serving(share).filter(claim -> grant(decision, claim) > 0).count();
  }

  /** What a pool has whatever the others demand. */
  private static long guaranteed(Decision decision, Share share) {
    long floors = kept(share) + admitted(decision, share);
    return switch (decision.admission(share.pool())) {
      case Decision.Admission.Satisfied _ when floors > kept(share) ->
          Math.max(floors, Math.min(share.min(), share.max()));
      case Decision.Admission.Satisfied _ -> floors;
      case Decision.Admission.Unsatisfiable _ -> floors;
      case Decision.Admission.MinimumUnmet(int _, int available) -> available;
    };
  }

  @Property
  void everyPoolAndInstanceHasAnAnswerAndTheSumsAreRight(
      @ForAll("shares") List<Share> shares, @ForAll @IntRange(max = 300) int budget) {
    Decision decision = Decision.decide(new Budget(budget), shares, true);
    assertThat(decision.grants().keySet())
        .containsExactlyInAnyOrderElementsOf(claims(shares).map(Claim::id).toList());
    assertThat(decision.pools().keySet())
        .containsExactlyInAnyOrderElementsOf(shares.stream().map(Share::pool).toList());
    assertThat(decision.admitted()).hasSameSizeAs(shares);
    for (Share share : shares) {
      assertThat(share.claims().stream().mapToInt(claim -> grant(decision, claim)).sum())
          .isEqualTo(sum(decision, share));
    }
  }

  @Property
  void theBudgetIsGivenOutAsFarAsThePoolsMayTakeItAndNeverExceeded(
      @ForAll("shares") List<Share> shares,
      @ForAll @IntRange(max = 300) int budget,
      @ForAll boolean mayEven) {
    Decision decision = Decision.decide(new Budget(budget), shares, mayEven);
    long kept = shares.stream().mapToLong(AnyShares::kept).sum();
    long room =
        shares.stream()
            .filter(share -> serving(share).findAny().isPresent())
            .mapToLong(share -> Math.max(0, share.max() - kept(share)))
            .sum();
    assertThat(decision.pools().values().stream().mapToLong(Integer::longValue).sum())
        .isEqualTo(kept + Math.min(Math.max(0, budget - kept), room));
  }

  @Property
  void noPoolExceedsItsMaxByWhatIsGiven(
      @ForAll("shares") List<Share> shares, @ForAll @IntRange(max = 300) int budget) {
    Decision decision = Decision.decide(new Budget(budget), shares, true);
    for (Share share : shares) {
      assertThat((long) sum(decision, share))
          .isLessThanOrEqualTo(Math.max(share.max(), kept(share)));
    }
  }

  @Property
  void whoIsSilentOrLeavesHasWhatItKeeps(
      @ForAll("shares") List<Share> shares, @ForAll @IntRange(max = 300) int budget) {
    Decision decision = Decision.decide(new Budget(budget), shares, true);
    claims(shares)
        .filter(claim -> claim.state() != Claim.State.SERVING)
        .forEach(
            claim ->
                assertThat(grant(decision, claim))
                    .isEqualTo(
                        claim.state() == Claim.State.SILENT
                            ? claim.granted()
                            : Math.min(claim.granted(), claim.demand())));
  }

  @Property
  void aFloorIsRefusedOnlyToTheYoungestAndSaid(
      @ForAll("shares") List<Share> shares, @ForAll @IntRange(max = 60) int budget) {
    Decision decision = Decision.decide(new Budget(budget), shares, true);
    for (Share share : shares) {
      long refused = serving(share).count() - admitted(decision, share);
      if (decision.admission(share.pool())
          instanceof Decision.Admission.Unsatisfiable(int needed, int available)) {
        assertThat(refused).isPositive().isEqualTo(needed - available);
        assertThat((long) available).isEqualTo(admitted(decision, share));
      } else {
        assertThat(refused).isZero();
      }
      boolean isFull = sum(decision, share) >= share.max();
      for (Share other : shares) {
        if (refused > 0 && (other.equals(share) || !isFull)) {
          long oldestRefused =
              serving(share)
                  .filter(claim -> grant(decision, claim) == 0)
                  .mapToLong(Claim::order)
                  .min()
                  .orElseThrow();
          assertThat(serving(other).filter(claim -> grant(decision, claim) > 0))
              .allMatch(claim -> claim.order() <= oldestRefused);
        }
      }
    }
  }

  @Property
  void aMinIsHonouredOrSaidNotToBeAndThenOnlyOlderPoolsHaveTheirs(
      @ForAll("shares") List<Share> shares, @ForAll @IntRange(max = 200) int budget) {
    Decision decision = Decision.decide(new Budget(budget), shares, true);
    for (Share share : shares) {
      if (admitted(decision, share) > 0) {
        assertThat((long) sum(decision, share)).isGreaterThanOrEqualTo(guaranteed(decision, share));
      }
      if (decision.admission(share.pool())
          instanceof Decision.Admission.MinimumUnmet(int min, int available)) {
        assertThat(available).isLessThan(min).isEqualTo(sum(decision, share));
        shares.stream()
            .filter(other -> other.order() > share.order())
            .forEach(
                younger ->
                    assertThat((long) sum(decision, younger))
                        .isEqualTo(kept(younger) + admitted(decision, younger)));
      }
    }
  }

  @Property
  void noOneWaitsWhileWhatIsIdleCouldMove(
      @ForAll("shares") List<Share> shares,
      @ForAll @IntRange(max = 300) int budget,
      @ForAll boolean mayEven) {
    Decision decision = Decision.decide(new Budget(budget), shares, mayEven);
    for (Share share : shares) {
      boolean anyWaits =
          serving(share)
              .anyMatch(claim -> claim.waiting() > 0 && claim.demand() > grant(decision, claim));
      if (anyWaits) {
        assertThat(serving(share))
            .allMatch(claim -> grant(decision, claim) <= Math.max(1, claim.demand()));
      }
      if (anyWaits && sum(decision, share) < share.max()) {
        for (Share other : shares) {
          long used = kept(other) + serving(other).mapToLong(c -> Math.max(1, c.demand())).sum();
          assertThat((long) sum(decision, other))
              .isLessThanOrEqualTo(Math.max(used, guaranteed(decision, other)));
        }
      }
    }
  }

  /** Serving instances demand anything else, and no one waits. */
  private static Share demandingAnew(Share share) {
    List<Claim> claims =
        share.claims().stream()
            .map(
                claim ->
                    claim.state() == Claim.State.SERVING
                        ? new Claim(
                            claim.id(),
                            claim.order(),
                            Math.floorMod(claim.id().hashCode() * 31, 60),
                            0,
                            claim.granted(),
                            claim.state())
                        : claim)
            .toList();
    return new Share(share.pool(), share.order(), share.min(), share.max(), share.weight(), claims);
  }

  @Property
  void nothingIsTakenFromThoseWhoHaveWhatIsTheirsWhileNoOneWaits(
      @ForAll("shares") List<Share> shares, @ForAll @IntRange(max = 300) int budget) {
    Decision before = Decision.decide(new Budget(budget), shares, true);
    List<Share> calm =
        AnyShares.granted(shares, before.grants()).stream()
            .map(ContractTest::demandingAnew)
            .toList();
    Decision decision = Decision.decide(new Budget(budget), calm, false);
    claims(calm)
        .filter(claim -> claim.state() == Claim.State.SERVING)
        .forEach(
            claim -> assertThat(grant(decision, claim)).isGreaterThanOrEqualTo(claim.granted()));
  }

  @Property
  void givenBackTheResultGivesItself(
      @ForAll("shares") List<Share> shares,
      @ForAll @IntRange(max = 300) int budget,
      @ForAll boolean mayEven) {
    Decision first = Decision.decide(new Budget(budget), shares, mayEven);
    List<Share> granted = AnyShares.granted(shares, first.grants());
    assertThat(Decision.decide(new Budget(budget), granted, mayEven)).isEqualTo(first);
  }

  @Property
  void theOrderOfPoolsAndInstancesDoesNotMatter(
      @ForAll("shares") List<Share> shares,
      @ForAll @IntRange(max = 300) int budget,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<Share> shuffled = new ArrayList<>();
    for (Share share : shares) {
      List<Claim> claims = new ArrayList<>(share.claims());
      Collections.shuffle(claims, random);
      shuffled.add(
          new Share(share.pool(), share.order(), share.min(), share.max(), share.weight(), claims));
    }
    Collections.shuffle(shuffled, random);
    assertThat(Decision.decide(new Budget(budget), shuffled, true))
        .isEqualTo(Decision.decide(new Budget(budget), shares, true));
  }
}
