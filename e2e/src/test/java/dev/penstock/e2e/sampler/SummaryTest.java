package dev.penstock.e2e.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SummaryTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void keepsTheFirstMomentOfThePeak() {
    Summary summary =
        Summary.of(List.of(sample(0, 4), sample(100, 9), sample(250, 9), sample(350, 2)));

    assertThat(summary)
        .isEqualTo(new Summary(4, 0, 2, 9, START.plusMillis(100), Duration.ofMillis(150)));
  }

  @Test
  void nothingSeenIsNoRateKept() {
    assertThat(Summary.of(List.of()).keptItsRate()).isFalse();
  }

  @Test
  void oneMissInFiveIsForgivenAndMoreAreNot() {
    List<Sample> seven = IntStream.range(0, 7).mapToObj(i -> sample(i, 1)).toList();

    assertThat(Summary.of(with(seven, sample(900, 1, 2))).keptItsRate()).isTrue();
    assertThat(Summary.of(with(seven, sample(900, 1, 3))).keptItsRate()).isFalse();
  }

  private static List<Sample> with(List<Sample> samples, Sample last) {
    return Stream.concat(samples.stream(), Stream.of(last)).toList();
  }

  private static Sample sample(long millis, int fleet) {
    return sample(millis, fleet, 0);
  }

  private static Sample sample(long millis, int fleet, int missed) {
    long gap = millis == 250 ? 150 : Math.min(millis, 100);
    return new Sample(START.plusMillis(millis), Duration.ofMillis(gap), missed, fleet, Map.of());
  }
}
