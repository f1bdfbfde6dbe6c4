package dev.penstock.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncarnationTest {

  private static final Instant START = Instant.parse("2030-01-01T00:00:00.123Z");

  @Test
  void saysWhenTheProcessBegan() {
    assertThat(Incarnation.draw(START).startedAt()).contains(START);
    assertThat(Incarnation.of(Instant.EPOCH, "a").startedAt()).contains(Instant.EPOCH);
  }

  @Test
  void isNeverDrawnTwice() {
    assertThat(Incarnation.draw(START)).isNotEqualTo(Incarnation.draw(START));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "a", "unheard", "0123456789abc-x", "01234567890-x", "0123456789zz-x"})
  void aNameInAnotherFormSaysNothing(String name) {
    assertThat(new Incarnation(name).startedAt()).isEmpty();
  }
}
