package dev.penstock.e2e.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.stream.Stream;

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
 * @param failures what the first failures were, in words
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Stats(
    long done,
    long failed,
    long retried,
    long connectRefusals,
    long slowestMillis,
    int working,
    List<String> failures) {

  /** Nothing counted yet. */
  public static final Stats NONE = new Stats(0, 0, 0, 0, 0, 0, List.of());

  public Stats {
    failures = List.copyOf(failures);
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
        Stream.concat(failures.stream(), other.failures.stream()).toList());
  }
}
