package dev.penstock.operator.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions that follow one another: what moves, and that it comes to rest. */
class StabilityTest {

  private static final int POOLS = 4;
  private static final int INSTANCES = 5;
  private static final int BUDGET = 300;
  private static final int STEPS = 2000;
  private static final int CALM = 100;
  private static final int NO_MAX = Integer.MAX_VALUE;

  /** Pool {@code p} weighs {@code p + 1}; its instances demand {@code 2p + 2} to {@code 2p + 4}. */
  private static List<Share> varying(Random random, Map<String, Integer> grants) {
    List<Share> shares = new ArrayList<>();
    for (int p = 0; p < POOLS; p++) {
      List<Claim> claims = new ArrayList<>();
      for (int i = 0; i < INSTANCES; i++) {
        String id = p + "i" + i;
        claims.add(claim(id, 2 * p + 2 + random.nextInt(3), grants.getOrDefault(id, 0)));
      }
      shares.add(new Share("p" + p, p, 0, NO_MAX, p + 1, claims));
    }
    return shares;
  }

  private static Claim claim(String id, int demand, int granted) {
    int waiting = Math.max(0, demand - granted);
    return new Claim(id, 0, demand, waiting, granted, Claim.State.SERVING);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aDemandThatVariesSlightlyComesToRest(long seed) {
    Random random = new Random(seed);
    Map<String, Integer> grants = Map.of();
    int lastChange = 0;
    for (int step = 0; step < STEPS; step++) {
      Decision decision =
          Decision.decide(new Budget(BUDGET), varying(random, grants), step % CALM == 0);
      if (!decision.grants().equals(grants)) {
        lastChange = step;
      }
      grants = decision.grants();
    }
    assertThat(lastChange).as("the last step that moved anything").isLessThan(STEPS / 2);
  }

  private static Share pool(
      String name, int min, int max, int weight, int demand, Decision before) {
    int granted = before.grants().getOrDefault(name, 0);
    return new Share(name, 0, min, max, weight, List.of(claim(name, demand, granted)));
  }

  private static final Decision NOTHING = new Decision(Map.of(), Map.of(), Map.of());

  private static Decision decide(boolean mayEven, Share... shares) {
    return Decision.decide(new Budget(80), List.of(shares), mayEven);
  }

  private static Decision evenIdlePair() {
    return decide(true, pool("a", 0, NO_MAX, 1, 0, NOTHING), pool("b", 0, NO_MAX, 1, 0, NOTHING));
  }

  @Test
  void aMinThatIsRaisedMovesAtOnce() {
    Decision before = evenIdlePair();
    assertThat(before.pools()).isEqualTo(Map.of("a", 40, "b", 40));
    Decision after =
        decide(false, pool("a", 60, NO_MAX, 1, 0, before), pool("b", 0, NO_MAX, 1, 0, before));
    assertThat(after.pools()).isEqualTo(Map.of("a", 60, "b", 20));
  }

  @Test
  void aMaxThatIsLoweredMovesAtOnceAndOneThatIsRaisedWhenItIsCalm() {
    Decision before = evenIdlePair();
    Decision lowered =
        decide(false, pool("a", 0, 10, 1, 0, before), pool("b", 0, NO_MAX, 1, 0, before));
    assertThat(lowered.pools()).isEqualTo(Map.of("a", 10, "b", 70));
    Share a = pool("a", 0, NO_MAX, 1, 0, lowered);
    Share b = pool("b", 0, NO_MAX, 1, 0, lowered);
    assertThat(decide(false, a, b).pools()).isEqualTo(lowered.pools());
    assertThat(decide(true, a, b).pools()).isEqualTo(before.pools());
  }

  @Test
  void aWeightMovesWhatIsContendedAtOnceAndWhatIsIdleWhenItIsCalm() {
    Decision before = evenIdlePair();
    Share idleA = pool("a", 0, NO_MAX, 3, 0, before);
    Share idleB = pool("b", 0, NO_MAX, 1, 0, before);
    assertThat(decide(false, idleA, idleB).pools()).isEqualTo(before.pools());
    assertThat(decide(true, idleA, idleB).pools()).isEqualTo(before.pools());
    assertThat(decide(true, pool("a", 0, NO_MAX, 4, 0, before), idleB).pools())
        .isEqualTo(Map.of("a", 64, "b", 16));
    assertThat(
            decide(
                    false,
                    pool("a", 0, NO_MAX, 3, 200, before),
                    pool("b", 0, NO_MAX, 1, 200, before))
                .pools())
        .isEqualTo(Map.of("a", 60, "b", 20));
  }

  @Test
  void whatIsLackingIsTakenFromWhoHasMostToSpareAndNotFromWhoHasMost() {
    List<Claim> claims =
        List.of(claim("busy", 30, 31), claim("idle", 1, 24), claim("poor", 30, 25));
    Decision decision =
        Decision.decide(new Budget(80), List.of(Share.whole("pool", claims)), false);
    assertThat(decision.grants()).isEqualTo(Map.of("busy", 31, "idle", 19, "poor", 30));
  }
}
