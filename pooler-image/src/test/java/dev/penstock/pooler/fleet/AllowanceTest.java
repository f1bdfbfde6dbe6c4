package dev.penstock.pooler.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowanceTest {

  private long now = -7;
  private final Allowance allowance = new Allowance(5, 10, () -> now);

  private long takenOf(int asked) {
    return IntStream.range(0, asked).filter(_ -> allowance.take()).count();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void asManyAtOnceAsTheBurstAndThenAsTimePasses() {
    assertThat(takenOf(100)).isEqualTo(5);

    pass(Duration.ofMillis(99));
    assertThat(takenOf(100)).isZero();
    pass(Duration.ofMillis(1));
    assertThat(takenOf(100)).isEqualTo(1);
  }

  @Test
  void whatIsNotTakenIsSavedUpToTheBurst() {
    assertThat(takenOf(100)).isEqualTo(5);

    pass(Duration.ofMillis(300));
    assertThat(takenOf(100)).isEqualTo(3);
    pass(Duration.ofDays(100_000));
    assertThat(takenOf(100)).isEqualTo(5);
  }

  @Test
  void askingInVainCostsNothing() {
    assertThat(takenOf(100)).isEqualTo(5);

    for (int step = 0; step < 50; step++) {
      pass(Duration.ofMillis(10));
      allowance.take();
    }
    pass(Duration.ofMillis(500));
    assertThat(takenOf(100)).isEqualTo(5);
  }
}
