package dev.penstock.operator.fleet;

import dev.penstock.contract.InstanceReport;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is believed of the process in one pod, out of what is heard of it and what is not: reports
 * that were overtaken and words of processes that have ended are passed over.
 *
 * <p>Not thread-safe. Times are nanoseconds of one clock, such as {@link System#nanoTime}.
 */
final class Hearing {

  private final String uid;
  private final FleetSettings settings;
  private final Set<String> ended = new HashSet<>();

  /** Since when others are known to have run in the pod, by incarnation. */
  private final Map<String, Long> recorded = new HashMap<>();

  private DemandMemory demand;
  private @Nullable InstanceReport last;
  private long heardAt;
  private boolean isUndecided;
  private int failures;

  /**
   * Nothing is heard yet.
   *
   * @param uid of the pod
   */
  Hearing(String uid, FleetSettings settings) {
    this.uid = uid;
    this.settings = settings;
    this.demand = new DemandMemory(settings.demandMemory());
  }

  /**
   * Takes in a report.
   *
   * @param asked when it was asked for
   * @return whether it says something new
   */
  boolean accept(InstanceReport report, long asked, long now) {
    if (ended.contains(report.incarnation()) || isLate(report)) {
      return false;
    }
    if (last != null && !last.incarnation().equals(report.incarnation())) {
      if (asked - heardAt < 0) {
        // Either may be the later one: who runs there will say so when asked again.
        isUndecided = true;
        return false;
      }
      ended.add(last.incarnation());
      demand = new DemandMemory(settings.demandMemory());
    }
    boolean isNews = learnEnds(report, asked) || !report.equals(last) || failures > 0;
    last = report;
    isUndecided = false;
    heardAt = now;
    failures = 0;
    demand.observe(report.active() + report.waiting(), now);
    return isNews;
  }

  /**
   * One process runs in a pod at a time, and none comes back: whoever was known before this one was
   * asked, and is another, came before it and has ended.
   */
  private boolean learnEnds(InstanceReport report, long asked) {
    boolean isNews = false;
    for (Map.Entry<String, Long> other : recorded.entrySet()) {
      if (!other.getKey().equals(report.incarnation()) && asked - other.getValue() > 0) {
        isNews |= ended.add(other.getKey());
      }
    }
    return isNews;
  }

  /** Whether it is unknown of someone if it has ended: an answer from now on will say. */
  boolean isInDoubt() {
    return recorded.keySet().stream().anyMatch(this::isDoubtful);
  }

  /**
   * Whether an answer does not say who runs there: another one has answered since it was asked for,
   * or someone in doubt became known since.
   *
   * @param asked when it was asked for
   */
  boolean isOutdated(long asked) {
    return isUndecided
        || recorded.entrySet().stream()
            .anyMatch(other -> isDoubtful(other.getKey()) && asked - other.getValue() <= 0);
  }

  private boolean isDoubtful(String incarnation) {
    return last != null && !incarnation.equals(last.incarnation()) && !ended.contains(incarnation);
  }

  /** The answers to a long poll and to a grant may cross. */
  private boolean isLate(InstanceReport report) {
    return last != null
        && last.incarnation().equals(report.incarnation())
        && report.sequence() < last.sequence();
  }

  /**
   * Takes in that no report came.
   *
   * @return whether the process counts as silent from now on
   */
  boolean failed() {
    failures++;
    return failures == settings.failuresUntilSilent();
  }

  /**
   * What is known; empty before the first report.
   *
   * @param incarnations that are known to run in the pod, or to have run there
   */
  Optional<Sighting> sighting(Collection<String> incarnations, long now) {
    recorded.keySet().retainAll(incarnations);
    incarnations.forEach(incarnation -> recorded.putIfAbsent(incarnation, now));
    return Optional.ofNullable(last)
        .map(
            report ->
                new Sighting(
                    uid,
                    report,
                    demand.peak(now),
                    failures >= settings.failuresUntilSilent(),
                    Set.copyOf(ended)));
  }
}
