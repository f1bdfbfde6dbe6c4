package dev.penstock.operator.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The last that was seen of pods which are no longer there: how a process ended is written into its
 * pod moments before the pod is removed. Thread-safe.
 */
final class Departures {

  private record Departure(PodFacts pod, Instant at) {}

  private final Clock clock;
  private final Duration memory;
  private final Map<String, Departure> departures = new ConcurrentHashMap<>();

  /**
   * Remembers no one yet.
   *
   * @param memory how long a pod is remembered
   */
  Departures(Clock clock, Duration memory) {
    this.clock = clock;
    this.memory = memory;
  }

  void remember(PodFacts pod) {
    Instant now = clock.instant();
    departures.values().removeIf(departure -> departure.at().plus(memory).isBefore(now));
    departures.put(pod.uid(), new Departure(pod, now));
  }

  Optional<PodFacts> of(String uid) {
    return Optional.ofNullable(departures.get(uid)).map(Departure::pod);
  }
}
