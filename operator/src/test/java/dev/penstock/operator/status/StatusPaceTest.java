package dev.penstock.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusPaceTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TEN = Duration.ofSeconds(10);

  private final SetClock clock = new SetClock();
  private final StatusPace<String> pace = new StatusPace<>(clock, SECOND, TEN);
  private int writes;

  private static final class SetClock extends Clock {
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private Optional<Duration> write(Urgency urgency) {
    StatusPace.Turn turn =
        pace.write(
            "one",
            urgency,
            () -> {
              writes++;
              return true;
            });
    assertThat(turn).isInstanceOf(StatusPace.Turn.Settled.class);
    return ((StatusPace.Turn.Settled) turn).again();
  }

  @Test
  void whatMustNotWaitIsWrittenHoweverSoon() {
    assertThat(write(Urgency.AT_ONCE)).isEmpty();
    assertThat(write(Urgency.AT_ONCE)).isEmpty();
    assertThat(writes).isEqualTo(2);
  }

  @Test
  void figuresThatAreWaitedForComeInTurn() {
    write(Urgency.AT_ONCE);
    clock.pass(Duration.ofMillis(400));
    assertThat(write(Urgency.IN_TURN)).hasValue(Duration.ofMillis(600));
    assertThat(writes).isEqualTo(1);
    clock.pass(Duration.ofMillis(600));
    assertThat(write(Urgency.IN_TURN)).isEmpty();
    assertThat(writes).isEqualTo(2);
  }

  @Test
  void figuresThatSettleAfterAChangeComeInTurn() {
    write(Urgency.AT_ONCE);
    assertThat(write(Urgency.AT_LEISURE)).hasValue(SECOND);
    clock.pass(SECOND);
    assertThat(write(Urgency.AT_LEISURE)).isEmpty();
    assertThat(writes).isEqualTo(2);
  }

  @Test
  void figuresThatOthersMoveWaitAndAreWrittenInTheEnd() {
    write(Urgency.AT_ONCE);
    clock.pass(TEN);
    assertThat(write(Urgency.AT_LEISURE)).hasValue(TEN);
    clock.pass(Duration.ofSeconds(4));
    assertThat(write(Urgency.AT_LEISURE)).hasValue(Duration.ofSeconds(6));
    assertThat(writes).isEqualTo(1);
    clock.pass(Duration.ofSeconds(6));
    assertThat(write(Urgency.AT_LEISURE)).isEmpty();
    assertThat(writes).isEqualTo(2);
  }

  @Test
  void figuresThatAreAsBeforeWhenTheirTimeComesAreNotWritten() {
    assertThat(write(Urgency.AT_LEISURE)).hasValue(TEN);
    clock.pass(Duration.ofSeconds(4));
    assertThat(write(Urgency.NEVER)).isEmpty();
    clock.pass(TEN);
    assertThat(write(Urgency.AT_LEISURE)).hasValue(TEN);
    assertThat(writes).isZero();
  }

  @Test
  void whatSaysTheSameIsNotWritten() {
    assertThat(write(Urgency.NEVER)).isEmpty();
    assertThat(writes).isZero();
  }

  @Test
  void aWriteThatFailedHoldsUpNothing() {
    write(Urgency.AT_ONCE);
    clock.pass(SECOND);
    assertThat(pace.write("one", Urgency.IN_TURN, () -> false))
        .isEqualTo(new StatusPace.Turn.Overtaken());
    assertThat(write(Urgency.IN_TURN)).isEmpty();
    assertThat(writes).isEqualTo(2);
  }

  @Test
  void resourcesDoNotWaitForEachOther() {
    write(Urgency.AT_ONCE);
    assertThat(pace.write("other", Urgency.IN_TURN, () -> true))
        .isEqualTo(new StatusPace.Turn.Settled(Optional.empty()));
  }
}
