package dev.penstock.operator.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private static final Budget TEN = new Budget(10);

  private static Ledger given(int one, int other) {
    return Ledger.EMPTY.plan(TEN, Map.of("a", one, "b", other));
  }

  private static Ledger.Heard heard(String id, long round, int grant, int held) {
    return new Ledger.Heard(id, round, grant, held);
  }

  @Test
  void aRaiseIsInTheLedgerBeforeThereIsAMessage() {
    Ledger ledger = given(5, 5);
    assertThat(ledger.round()).isEqualTo(1);
    assertThat(ledger.entries()).containsEntry("a", new Ledger.Entry(5, 5, 1));
    assertThat(ledger.outstanding(List.of(heard("a", 0, 0, 0))))
        .containsExactly(new Ledger.Message("a", 1, 5));
  }

  @Test
  void whatIsLoweredIsNotGivenAwayBeforeItIsAcknowledged() {
    Ledger lowering = given(5, 5).plan(TEN, Map.of("a", 8, "b", 2));
    assertThat(lowering.entries())
        .containsEntry("a", new Ledger.Entry(5, 5, 1))
        .containsEntry("b", new Ledger.Entry(5, 2, 2));
    assertThat(lowering.plan(TEN, Map.of("a", 8, "b", 2))).isSameAs(lowering);

    Ledger heldTooMuch = lowering.hear(List.of(heard("b", 2, 2, 4)));
    assertThat(heldTooMuch).isEqualTo(lowering);
    Ledger olderRound = lowering.hear(List.of(heard("b", 1, 5, 1)));
    assertThat(olderRound).isEqualTo(lowering);

    Ledger done = lowering.hear(List.of(heard("b", 2, 2, 2)));
    assertThat(done.entries()).containsEntry("b", new Ledger.Entry(2, 2, 2));
    assertThat(done.plan(TEN, Map.of("a", 8, "b", 2)).entries())
        .containsEntry("a", new Ledger.Entry(8, 8, 3));
  }

  @Test
  void aLoweringThatIsTakenBackCostsNothing() {
    Ledger lowering = given(5, 5).plan(TEN, Map.of("b", 2));
    Ledger back = lowering.plan(TEN, Map.of("b", 5));
    assertThat(back.entries()).containsEntry("b", new Ledger.Entry(5, 5, 3));
    assertThat(back.hear(List.of(heard("b", 2, 2, 2)))).isEqualTo(back);
  }

  @Test
  void aBudgetThatShrinksLowersAndRaisesNothing() {
    Ledger smaller = given(5, 5).plan(new Budget(6), Map.of("a", 3, "b", 3));
    assertThat(smaller.committed()).isEqualTo(10);
    Ledger half = smaller.hear(List.of(heard("a", 2, 3, 0)));
    assertThat(half.plan(new Budget(6), Map.of("a", 4, "b", 2)).grantOf("a")).isEqualTo(3);
    assertThat(half.plan(new Budget(6), Map.of("a", 4, "b", 2)).grantOf("b")).isEqualTo(2);
  }

  @Test
  void theLowestRiseFirstWhereNotAllCanRise() {
    Ledger ledger = Ledger.EMPTY.plan(TEN, Map.of("a", 8));
    Ledger next = ledger.plan(TEN, Map.of("a", 10, "b", 4, "c", 4));
    assertThat(next.grantOf("a")).isEqualTo(8);
    assertThat(next.grantOf("b")).isEqualTo(1);
    assertThat(next.grantOf("c")).isEqualTo(1);
  }

  @Test
  void whatIsForgottenIsFree() {
    Ledger ledger = given(5, 5).forget("b");
    assertThat(ledger.committed()).isEqualTo(5);
    assertThat(ledger.plan(TEN, Map.of("a", 10)).grantOf("a")).isEqualTo(10);
  }

  @Test
  void aLedgerThatWasLostIsLearntFromTheInstances() {
    Ledger learnt = Ledger.EMPTY.hear(List.of(heard("a", 7, 5, 6), heard("b", 9, 3, 1)));
    assertThat(learnt.entries())
        .containsEntry("a", new Ledger.Entry(6, 5, 7))
        .containsEntry("b", new Ledger.Entry(3, 3, 9));
    assertThat(learnt.plan(TEN, Map.of("a", 4)).round()).isEqualTo(10);
  }
}
