package dev.penstock.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.e2e.client.Ledger;
import dev.penstock.e2e.client.Stats;
import dev.penstock.e2e.sampler.Summary;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingsTest {

  private static final Stats CLIENTS = new Stats(500, 0, 3, 1, 80, 0, Map.of());
  private static final Ledger LEDGER = new Ledger(1_000_000, 1000, 500);

  @Test
  void theWholeBudgetUsedIsNoComplaint() {
    assertThat(new Findings(82, 82, server(82, 0), CLIENTS, 0, LEDGER).complaints()).isEmpty();
  }

  @Test
  void oneConnectionOverTheBudgetIs() {
    assertThat(new Findings(82, 82, server(83, 0), CLIENTS, 0, LEDGER).complaints())
        .singleElement()
        .asString()
        .contains("83")
        .contains("over the budget of 82");
  }

  @Test
  void aLedgerOverTheBudgetIsToo() {
    assertThat(new Findings(82, 90, server(40, 0), CLIENTS, 0, LEDGER).complaints())
        .singleElement()
        .asString()
        .contains("ledger");
  }

  @Test
  void aSamplerThatLookedAwayProvesNothing() {
    assertThat(new Findings(82, 82, server(40, 300), CLIENTS, 0, LEDGER).complaints())
        .singleElement()
        .asString()
        .contains("missed 300 of 1300");
  }

  @Test
  void aFailedTransactionIsToldInItsOwnWords() {
    Stats failed = new Stats(500, 1, 0, 0, 80, 0, Map.of("cut in the transaction: 57P01", 1L));

    assertThat(new Findings(82, 82, server(40, 0), failed, 0, LEDGER).complaints())
        .singleElement()
        .asString()
        .contains("1 transactions failed")
        .contains("57P01");
  }

  @Test
  void moneyLostIsToldWithTheSum() {
    assertThat(
            new Findings(82, 82, server(40, 0), CLIENTS, 0, new Ledger(999_990, 1000, 500))
                .complaints())
        .singleElement()
        .asString()
        .contains("999990");
  }

  @Test
  void aTransactionThatWasDoneAndIsNotRecordedIsTold() {
    assertThat(
            new Findings(82, 82, server(40, 0), CLIENTS, 0, new Ledger(1_000_000, 1000, 499))
                .complaints())
        .singleElement()
        .asString()
        .contains("499");
  }

  @Test
  void nothingDoneAndNothingKnownIsNoSuccess() {
    assertThat(
            new Findings(0, 0, server(0, 0), Stats.NONE, 0, new Ledger(1_000_000, 1000, 0))
                .complaints())
        .hasSize(2);
  }

  private static Summary server(int peak, int missed) {
    return new Summary(1000, missed, 0, peak, Instant.EPOCH, Duration.ofMillis(130));
  }
}
