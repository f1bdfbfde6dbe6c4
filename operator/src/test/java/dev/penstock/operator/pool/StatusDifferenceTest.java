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

  private static ConnectionPoolStatus status(int bound, int held, String checkedAt) {
    return new ConnectionPoolStatus(
        1L,
        1,
        1,
        "1/1",
        "a=b",
        List.of(),
        new ServerStatus(100, 3, 15, 82, checkedAt),
        82,
        8,
        held,
        0,
        4L,
        List.of(
            new LedgerEntry(
                "u/a",
                "pod",
                "10.0.0.1",
                bound,
                8,
                4,
                held,
                0,
                held,
                InstanceState.Live,
                "t",
                null)),
        List.of());
  }

  @Test
  void aBoundIsWrittenAtOnce() {
    assertThat(StatusDifference.urgency(status(8, 3, "t1"), status(9, 3, "t1")))
        .isEqualTo(Urgency.AT_ONCE);
  }

  @Test
  void whatIsOnlyObservedIsWrittenInTurn() {
    assertThat(StatusDifference.urgency(status(8, 3, "t1"), status(8, 4, "t1")))
        .isEqualTo(Urgency.IN_TURN);
  }

  @Test
  void thatTheServerWasAskedAgainIsNotWrittenForItsOwnSake() {
    assertThat(StatusDifference.urgency(status(8, 3, "t1"), status(8, 3, "t2")))
        .isEqualTo(Urgency.NEVER);
  }
}
