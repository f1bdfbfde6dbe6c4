package dev.penstock.pooler.fleet;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What became of the cancel requests that went from instance to instance. Thread-safe. */
public final class CancelCounters implements MultiCollector {

  /** What became of one. */
  enum Outcome {
    /** Passed on: the other instance has answered. */
    ANSWERED("forwarded", "answered"),
    /** Passed on: the other instance could not be reached, or not in time. */
    FAILED("forwarded", "failed"),
    /** Not passed on: too many at once. */
    DROPPED("forwarded", "dropped"),
    /** From another instance, for a session that is here. */
    MATCHED("received", "matched"),
    /** From another instance, for no session that is here. */
    UNMATCHED("received", "unmatched");

    private final String direction;
    private final String label;

    Outcome(String direction, String label) {
      this.direction = direction;
      this.label = label;
    }
  }

  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

  /** All zero. */
  public CancelCounters() {
    for (var outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  void add(Outcome outcome) {
    of(outcome).increment();
  }

  long count(Outcome outcome) {
    return of(outcome).sum();
  }

  private LongAdder of(Outcome outcome) {
    return Objects.requireNonNull(counts.get(outcome));
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        counter("forwarded", "Cancel requests for sessions of other instances."),
        counter("received", "Cancel requests that other instances passed on."));
  }

  private MetricSnapshot counter(String direction, String help) {
    var counter = CounterSnapshot.builder().name("penstock_pool_cancels_" + direction).help(help);
    counts.forEach(
        (outcome, count) -> {
          if (outcome.direction.equals(direction)) {
            counter.dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(Labels.of("outcome", outcome.label))
                    .value((double) count.sum())
                    .build());
          }
        });
    return counter.build();
  }
}
