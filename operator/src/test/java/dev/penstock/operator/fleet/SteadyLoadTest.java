package dev.penstock.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Claim;
import dev.penstock.operator.budget.Decision;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.budget.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Five minutes of a load that varies about a mean, in virtual time, with decision, ledger and
 * memory of demand as they are: each round is a write of the resource, so few may be needed.
 */
class SteadyLoadTest {

  private static final long TICK = Duration.ofMillis(100).toNanos();
  private static final int TICKS = 3000;
  private static final int CALM = 100;
  private static final Budget BUDGET = new Budget(82);
  private static final int CLIENTS = 25;
  private static final int MOST_ROUNDS = 15;

  /** An instance whose clients each begin a transaction now and then. */
  private static final class Instance {
    final DemandMemory memory = new DemandMemory(FleetSettings.DEFAULT.demandMemory());
    long round;
    int grant;
    int active;
    int waiting;
    int waitedFor;

    void live(Random random, double begin) {
      int ending = (int) random.doubles(active).filter(chance -> chance < 0.4).count();
      int beginning =
          (int) random.doubles(CLIENTS - active - waiting).filter(chance -> chance < begin).count();
      active -= ending;
      waiting += beginning;
      int served = Math.max(0, Math.min(waiting, grant - active));
      active += served;
      waiting -= served;
      // Someone was served: the first in the queue is another.
      waitedFor = waiting == 0 || served > 0 ? 0 : waitedFor + 1;
    }
  }

  private final Map<String, Instance> instances = new HashMap<>();
  private Ledger ledger = Ledger.EMPTY;
  private int lastRoundAt;

  private Instance get(String id) {
    return Objects.requireNonNull(instances.get(id));
  }

  private void decide(int tick) {
    List<Ledger.Heard> heard = new ArrayList<>();
    List<Claim> claims = new ArrayList<>();
    long before = ledger.round();
    instances.forEach(
        (id, each) -> heard.add(new Ledger.Heard(id, each.round, each.grant, each.active)));
    ledger = ledger.hear(heard);
    instances.forEach(
        (id, each) -> {
          each.memory.observe(each.active + each.waiting, tick * TICK);
          claims.add(
              new Claim(
                  id,
                  Long.parseLong(id),
                  each.memory.peak(tick * TICK),
                  each.waiting,
                  ledger.grantOf(id),
                  Claim.State.SERVING));
        });
    boolean isCalm = tick - lastRoundAt >= CALM;
    Decision decision = Decision.decide(BUDGET, List.of(Share.whole("", claims)), isCalm);
    ledger = ledger.plan(BUDGET, decision.grants());
    lastRoundAt = ledger.round() > before ? tick : lastRoundAt;
    for (Ledger.Message message : ledger.outstanding(heard)) {
      Instance told = get(message.id());
      told.round = message.round();
      told.grant = message.grant();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aLoadThatVariesAboutAMeanComesToRestAndNoOneStarves(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 8; i++) {
      instances.put(Integer.toString(i), new Instance());
    }
    int longestWait = 0;
    for (int tick = 0; tick < TICKS; tick++) {
      for (Instance each : instances.values()) {
        each.live(random, 0.06);
        longestWait = Math.max(longestWait, each.waitedFor);
      }
      decide(tick);
    }
    assertThat(ledger.round()).as("rounds in five minutes").isLessThan(MOST_ROUNDS);
    assertThat(longestWait).as("tenths of a second without a turn").isLessThan(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void underALoadFromOneSideWhoWaitsHasWhatTheOthersDoNotUse(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 8; i++) {
      instances.put(Integer.toString(i), new Instance());
    }
    int mostWaiting = 0;
    for (int tick = 0; tick < TICKS; tick++) {
      for (Map.Entry<String, Instance> each : instances.entrySet()) {
        each.getValue().live(random, each.getKey().equals("7") ? 0.9 : 0.02);
      }
      decide(tick);
      mostWaiting = tick > 100 ? Math.max(mostWaiting, get("7").waiting) : 0;
    }
    assertThat(mostWaiting).as("clients that wait while others are idle").isLessThanOrEqualTo(1);
    assertThat(ledger.round()).as("rounds in five minutes").isLessThan(MOST_ROUNDS);
  }
}
