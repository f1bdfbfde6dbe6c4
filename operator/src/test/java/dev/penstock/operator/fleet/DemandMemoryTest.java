package dev.penstock.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DemandMemoryTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void aGapBetweenTwoTransactionsLeavesNoDent() {
    DemandMemory memory = new DemandMemory(Duration.ofSeconds(5));
    memory.observe(9, SECOND);
    memory.observe(0, 2 * SECOND);
    assertThat(memory.peak(4 * SECOND)).isEqualTo(9);
    assertThat(memory.peak(9 * SECOND)).isEqualTo(9);
    assertThat(memory.peak(11 * SECOND)).isZero();
  }

  @Test
  void whatIsDemandedOnIsNotForgotten() {
    DemandMemory memory = new DemandMemory(Duration.ofSeconds(5));
    memory.observe(9, SECOND);
    assertThat(memory.peak(100 * SECOND)).isEqualTo(9);
  }
}
