package dev.penstock.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.budget.Ledger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LedgerLinesTest {

  private static LedgerEntry line(String instance, int bound, int granted) {
    return new LedgerEntry(
        instance, "p", null, bound, granted, 7, 0, 0, 0, InstanceState.Live, null, "shop/orders");
  }

  private static DatabaseServerStatus status(@Nullable Long round, LedgerEntry... lines) {
    return new DatabaseServerStatus(
        null,
        List.of(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        round,
        List.of(),
        List.of(lines));
  }

  @Test
  void anEmptiedStatusHasBackWhatThisOperatorWrote() {
    DatabaseServerStatus mine = status(7L, line("u/a", 8, 8), line("v/b", 9, 9));
    Ledger restored = LedgerLines.read(LedgerLines.restored(DatabaseServerStatus.EMPTY, mine));
    assertThat(restored).isEqualTo(LedgerLines.read(mine));
  }

  @Test
  void aLineThatWasLoweredOrTakenOutByHandCountsAsItWas() {
    DatabaseServerStatus mine = status(7L, line("u/a", 8, 8), line("v/b", 9, 9));
    DatabaseServerStatus theirs = status(7L, line("u/a", 1, 1));
    assertThat(LedgerLines.read(LedgerLines.restored(theirs, mine)).committed()).isEqualTo(17);
  }

  @Test
  void whatAnotherOperatorHasHeardOfTheSameRoundStands() {
    DatabaseServerStatus mine = status(7L, line("u/a", 8, 3));
    DatabaseServerStatus theirs = status(7L, line("u/a", 3, 3));
    assertThat(LedgerLines.restored(theirs, mine).ledger()).isEqualTo(theirs.ledger());
  }

  @Test
  void whatAnotherOperatorHasDecidedSinceStands() {
    DatabaseServerStatus mine = status(7L, line("u/a", 8, 8));
    DatabaseServerStatus theirs = status(8L, line("v/b", 9, 9));
    assertThat(LedgerLines.restored(theirs, mine)).isEqualTo(theirs);
  }

  @Test
  void anImpossibleLineIsReadAsTheMostItCanMean() {
    Ledger ledger = LedgerLines.read(status(-1L, line("u/a", 3, 8), line("none", -1, -1)));
    assertThat(ledger.entries().get("u/a")).isEqualTo(new Ledger.Entry(8, 8, 7));
    assertThat(ledger.round()).isZero();
  }
}
