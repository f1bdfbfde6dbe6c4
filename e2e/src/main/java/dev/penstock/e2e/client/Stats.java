package dev.penstock.e2e.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one client, or several together, have counted since their start.
 *
 * @param done transactions committed
 * @param failed transactions cut after their first statement was accepted, ended by a commit of
 *     unknown outcome, refused with an error of the server, or not done by their deadline
 * @param retried attempts that ended before anything was executed, and were made again
 * @param connectRefusals times that no connection was to be had within the driver's pool's patience
 * @param slowestMillis the longest a transaction took from its wish to its commit
 * @param working workers that have not ended
 * @param failures how many failures there were of each kind, by what was said of them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Stats(
    long done,
    long failed,
    long retried,
    long connectRefusals,
    long slowestMillis,
    int working,
    Map<String, Long> failures) {

  /** Nothing counted yet. */
  public static final Stats NONE = new Stats(0, 0, 0, 0, 0, 0, Map.of());

  public Stats {
    failures = Map.copyOf(failures);
  }

  /** The counts of two clients together. */
  public Stats plus(Stats other) {
    return new Stats(
        done + other.done,
        failed + other.failed,
        retried + other.retried,
        connectRefusals + other.connectRefusals,
        Math.max(slowestMillis, other.slowestMillis),
        working + other.working,
        sum(failures, other.failures));
  }

  /** The kinds of failures that have been seen more often than {@code before}, and how often. */
  public Map<String, Long> failuresSince(Stats before) {
    Map<String, Long> since = new TreeMap<>();
    failures.forEach(
        (how, count) -> {
          long more = count - before.failures.getOrDefault(how, 0L);
          if (more > 0) {
            since.put(how, more);
          }
        });
    return since;
  }

  private static Map<String, Long> sum(Map<String, Long> some, Map<String, Long> others) {
    Map<String, Long> sum = new TreeMap<>(some);
    others.forEach((how, count) -> sum.merge(how, count, Long::sum));
    return sum;
  }
}
