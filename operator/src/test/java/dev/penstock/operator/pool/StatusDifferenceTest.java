package dev.penstock.operator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.crds.ServerStatus;
import dev.penstock.operator.status.Urgency;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusDifferenceTest {

  private static final ConnectionPoolStatus BEFORE = new Line(8, 4, 3, 0).status("t1", 4);

  /** What a status says of its only instance. */
  private record Line(int granted, int round, int held, int waiting, InstanceState state) {

    Line(int granted, int round, int held, int waiting) {
      this(granted, round, held, waiting, InstanceState.Live);
    }

    ConnectionPoolStatus status(String checkedAt, long serverRound) {
      return new ConnectionPoolStatus(
          1L,
          1,
          1,
          "1/1",
          "a=b",
          List.of(),
          new ServerStatus(100, 3, 15, 82, checkedAt),
          82,
          granted,
          held,
          waiting,
          serverRound,
          List.of(
              new LedgerEntry(
                  "u/a",
                  "pod",
                  "10.0.0.1",
                  granted,
                  granted,
                  round,
                  held,
                  waiting,
                  held,
                  state,
                  state.name(),
                  null)),
          List.of());
    }
  }

  private static Urgency toldAfter(ConnectionPoolStatus after) {
    return StatusDifference.urgency(BEFORE, after);
  }

  @Test
  void anInstanceThatLeavesIsWrittenAtOnce() {
    assertThat(toldAfter(new Line(8, 4, 3, 0, InstanceState.Draining).status("t1", 4)))
        .isEqualTo(Urgency.AT_ONCE);
    assertThat(toldAfter(new Line(8, 4, 3, 0, InstanceState.Quarantined).status("t1", 4)))
        .isEqualTo(Urgency.AT_ONCE);
  }

  @Test
  void aGrantThatMovesALittleIsWrittenAtLeisure() {
    assertThat(toldAfter(new Line(7, 5, 3, 0).status("t1", 5))).isEqualTo(Urgency.AT_LEISURE);
    assertThat(toldAfter(new Line(8, 4, 4, 0).status("t1", 4))).isEqualTo(Urgency.AT_LEISURE);
    assertThat(toldAfter(new Line(8, 4, 3, 0, InstanceState.Lowering).status("t1", 4)))
        .isEqualTo(Urgency.AT_LEISURE);
  }

  @Test
  void aGrantThatMovesFarOrIsWaitedForIsWrittenInTurn() {
    assertThat(toldAfter(new Line(13, 5, 3, 0).status("t1", 5))).isEqualTo(Urgency.IN_TURN);
    assertThat(toldAfter(new Line(3, 5, 3, 0).status("t1", 5))).isEqualTo(Urgency.IN_TURN);
    assertThat(toldAfter(new Line(8, 4, 3, 1).status("t1", 4))).isEqualTo(Urgency.IN_TURN);
  }

  @Test
  void whatIsNotThePoolsIsNotWrittenForItsOwnSake() {
    assertThat(toldAfter(new Line(8, 4, 3, 0).status("t2", 4))).isEqualTo(Urgency.NEVER);
    assertThat(toldAfter(new Line(8, 4, 3, 0).status("t1", 9))).isEqualTo(Urgency.NEVER);
  }
}
