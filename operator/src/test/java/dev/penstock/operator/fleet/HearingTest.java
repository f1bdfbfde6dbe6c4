package dev.penstock.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.contract.InstanceReport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HearingTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Hearing hearing = new Hearing("u1", FleetSettings.DEFAULT);

  private static InstanceReport report(String incarnation, long sequence, int waiting) {
    return new InstanceReport(incarnation, sequence, 1, 3, 3, 3, 0, waiting, 0, 5, false);
  }

  private Sighting sighting(long now) {
    return hearing.sighting(List.of(), now).orElseThrow();
  }

  @Test
  void nothingIsKnownOfWhoHasNotSpoken() {
    assertThat(hearing.failed()).isFalse();
    assertThat(hearing.sighting(List.of(), SECOND)).isEmpty();
  }

  @Test
  void aReportThatWasOvertakenIsPassedOver() {
    assertThat(hearing.accept(report("a", 2, 0), SECOND, SECOND)).isTrue();
    assertThat(hearing.accept(report("a", 1, 9), SECOND, SECOND)).isFalse();
    assertThat(sighting(SECOND).report().sequence()).isEqualTo(2);
  }

  @Test
  void aProcessThatHasEndedIsNotHeardAgainAndItsDemandIsForgotten() {
    hearing.accept(report("a", 7, 9), SECOND, SECOND);
    hearing.accept(report("b", 0, 0), SECOND, SECOND);
    assertThat(hearing.accept(report("a", 8, 9), SECOND, SECOND)).isFalse();
    assertThat(sighting(SECOND).instance()).isEqualTo("u1/b");
    assertThat(sighting(SECOND).demand()).isEqualTo(3);
  }

  @Test
  void ofTwoProcessesThatWereAskedAtOnceNeitherIsTakenForEnded() {
    hearing.accept(report("c", 0, 0), 2 * SECOND, 3 * SECOND);
    assertThat(hearing.accept(report("b", 7, 9), SECOND, 4 * SECOND)).as("a late answer").isFalse();
    assertThat(sighting(4 * SECOND).instance()).isEqualTo("u1/c");
    assertThat(sighting(4 * SECOND).ended()).isEmpty();
    assertThat(hearing.accept(report("d", 0, 0), 4 * SECOND, 5 * SECOND)).isTrue();
    assertThat(sighting(5 * SECOND).ended()).containsExactly("c");
  }

  @Test
  void whoFailsOftenEnoughIsSilentUntilItAnswers() {
    hearing.accept(report("a", 1, 0), SECOND, SECOND);
    for (int i = 1; i < FleetSettings.DEFAULT.failuresUntilSilent(); i++) {
      assertThat(hearing.failed()).isFalse();
    }
    assertThat(hearing.failed()).isTrue();
    assertThat(sighting(SECOND).silent()).isTrue();
    assertThat(hearing.failed()).as("said once").isFalse();
    assertThat(hearing.accept(report("a", 1, 0), SECOND, SECOND)).as("it is back").isTrue();
    assertThat(sighting(SECOND).silent()).isFalse();
  }

  @Test
  void whoWasKnownBeforeAnotherWasAskedHasEnded() {
    hearing.accept(report("b", 0, 0), SECOND, SECOND);
    assertThat(hearing.sighting(List.of("a", "b"), 2 * SECOND).orElseThrow().ended())
        .as("b was asked before a was known: a may be the later one")
        .isEmpty();
    assertThat(hearing.accept(report("b", 0, 0), 3 * SECOND, 4 * SECOND)).as("news").isTrue();
    assertThat(hearing.sighting(List.of("a", "b"), 5 * SECOND).orElseThrow().ended())
        .containsExactly("a");
    assertThat(hearing.accept(report("a", 9, 0), 6 * SECOND, 6 * SECOND)).isFalse();
  }

  @Test
  void anAnswerAskedForBeforeSomeoneWasKnownLeavesADoubt() {
    hearing.sighting(List.of("b"), SECOND);
    assertThat(hearing.isInDoubt()).as("nobody has answered").isFalse();
    hearing.accept(report("b", 0, 0), SECOND, 2 * SECOND);
    hearing.sighting(List.of("a", "b"), 3 * SECOND);
    assertThat(hearing.isInDoubt()).isTrue();
    assertThat(hearing.isOutdated(3 * SECOND)).isTrue();
    assertThat(hearing.isOutdated(3 * SECOND + 1)).isFalse();
    hearing.accept(report("b", 0, 0), 3 * SECOND + 1, 4 * SECOND);
    assertThat(hearing.isInDoubt()).isFalse();
    assertThat(hearing.isOutdated(SECOND)).isFalse();
  }

  @Test
  void whereTwoHaveAnsweredQuestionsThatCrossedAnotherIsNeeded() {
    hearing.accept(report("a", 7, 0), SECOND, 3 * SECOND);
    assertThat(hearing.isOutdated(SECOND)).isFalse();
    assertThat(hearing.accept(report("b", 0, 0), 2 * SECOND, 4 * SECOND)).isFalse();
    assertThat(hearing.isOutdated(2 * SECOND)).isTrue();
    hearing.accept(report("b", 0, 0), 5 * SECOND, 6 * SECOND);
    assertThat(hearing.isOutdated(5 * SECOND)).isFalse();
    assertThat(sighting(6 * SECOND).ended()).containsExactly("a");
  }
}
