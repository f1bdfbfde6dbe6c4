package dev.penstock.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The demo's claim, with the demo's own means. */
@ExtendWith(OnStage.class)
class QuickstartE2E {

  private final Stage stage;

  QuickstartE2E(Stage stage) {
    this.stage = stage;
  }

  @Test
  void theBudgetHoldsAndNoTransactionFailsWhileThePoolIsScaledAndRestarted() throws Exception {
    stage.clientsAnew();
    Play play = new Play(stage, System.out, Duration.ofSeconds(3));

    play.scale(3);
    play.scale(10);
    play.scale(2);
    play.scale(6);
    play.restart();

    Findings findings = play.takeStock();
    assertThat(findings.complaints()).isEmpty();
    assertThat(findings.budget()).isEqualTo(82);
    assertThat(findings.server().peak()).isPositive();
  }
}
