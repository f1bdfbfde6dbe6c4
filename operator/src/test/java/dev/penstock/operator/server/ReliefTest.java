package dev.penstock.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.contract.InstanceReport;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.probe.ProbeFailure;
import dev.penstock.operator.probe.ServerView;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReliefTest {

  private static final ServerId SERVER = new ServerId("shop", "db");
  private static final Budget BUDGET = new Budget(82);
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final ServerView FULL =
      new ServerView(null, new ProbeFailure(ProbeFailure.Reason.TooManyConnections, "no place"));

  private final Relief relief = new Relief();

  private static Roster roster(int instances, int held) {
    return new Roster(
        IntStream.range(0, instances).mapToObj(i -> member("u" + i + "/a", report(held))).toList(),
        Set.of(),
        Set.of());
  }

  private static InstanceReport report(int held) {
    return new InstanceReport("a", 1, 1, 40, held, held, 0, 0, 0, 1, false);
  }

  private static Member member(String id, @Nullable InstanceReport report) {
    return new Member(
        id,
        new FleetId("shop", "orders"),
        "pod",
        null,
        NOW,
        Member.Standing.SERVING,
        null,
        report,
        0);
  }

  private int shared(ServerView view, Roster roster, int second) {
    return relief.of(SERVER, view, BUDGET, roster, 82, NOW.plusSeconds(second)).connections();
  }

  @Test
  void aFewConnectionsAreGivenBackForTheQuestionAndNoMoreUntilThatHasTakenEffect() {
    assertThat(shared(FULL, roster(3, 15), 0)).isEqualTo(41);
    assertThat(shared(FULL, roster(3, 14), 1)).isEqualTo(41);
    assertThat(shared(FULL, roster(3, 13), 3)).isEqualTo(35);
  }

  @Test
  void whoeverElseUsesTheServerUpGetsOnlyAFew() {
    int last = 0;
    for (int second = 0; second < 300; second += 3) {
      last = shared(FULL, roster(2, Math.max(1, 40 - second)), second);
    }
    assertThat(last).isEqualTo(59);
  }

  @Test
  void everyInstanceKeepsItsFloor() {
    assertThat(shared(FULL, roster(5, 1), 0)).isEqualTo(5);
  }

  @Test
  void withAnAnswerTheWholeBudgetIsSharedAgain() {
    assertThat(shared(FULL, roster(3, 15), 0)).isEqualTo(41);
    assertThat(shared(ServerView.UNKNOWN, roster(3, 13), 1)).isEqualTo(82);
  }

  @Test
  void whatSomeoneSilentMayHoldCountsAsHeld() {
    Roster withSilent = new Roster(List.of(member("u/a", null)), Set.of(), Set.of());
    assertThat(shared(FULL, withSilent, 0)).isEqualTo(80);
  }
}
