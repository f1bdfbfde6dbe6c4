package dev.penstock.pooler.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.pool.Counts;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AveragesTest {
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private long nanos = 1_000_000_000_000L;
  private final Averages averages = new Averages(() -> nanos);

  private static Counts queries(long count, long micros) {
    return new Counts(count, count, count, 0, 0, micros, micros, micros, 0, 0, 0, 0);
  }

  private void pass(int seconds, Counts counts) {
    nanos += Duration.ofSeconds(seconds).toNanos();
    averages.tick(PERIOD, () -> Map.of("shop", counts));
  }

  @Test
  void ratesArePerSecondAndTimesPerPiece() {
    pass(2, Counts.NONE);

    Counts average = averages.of("shop", queries(40, 4_000));

    assertThat(average.queries()).isEqualTo(20);
    assertThat(average.transactions()).isEqualTo(20);
    assertThat(average.queryMicros()).isEqualTo(100);
    assertThat(average.waitMicros()).isEqualTo(100);
  }

  @Test
  void whatLiesBeforeTheLastWholePeriodDoesNotCount() {
    pass(10, queries(1_000, 1_000_000));
    pass(10, queries(1_100, 1_000_500));
    pass(5, queries(1_100, 1_000_500));

    Counts average = averages.of("shop", queries(1_150, 1_000_750));

    // 150 queries in 15 seconds, of 750 microseconds together.
    assertThat(average.queries()).isEqualTo(10);
    assertThat(average.queryMicros()).isEqualTo(5);
    assertThat(averages.ofAll(Map.of("shop", queries(1_150, 1_000_750)))).isEqualTo(average);
  }

  @Test
  void nothingIsNeitherInfiniteNorNegative() {
    assertThat(averages.of("shop", queries(5, 5)).queries()).isZero();
    pass(10, queries(1_000, 1_000));
    pass(10, queries(1_000, 1_000));

    assertThat(averages.of("shop", queries(3, 3)).queries()).isZero();
    assertThat(averages.of("elsewhere", Counts.NONE)).isEqualTo(Counts.NONE);
  }
}
