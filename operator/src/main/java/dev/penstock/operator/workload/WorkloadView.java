package dev.penstock.operator.workload;

/** What is known of a workload now. */
public sealed interface WorkloadView {

  /** Reason of {@link Unreadable} where there is no such object: it has no pods either. */
  String MISSING = "WorkloadMissing";

  /** It is there, and can be scaled. */
  record Known(PodCount pods) implements WorkloadView {}

  /**
   * It is not there, or cannot be read.
   *
   * @param reason for the condition
   * @param problem naming it, with the remedy
   */
  record Unreadable(String reason, String problem) implements WorkloadView {}

  /** The first answer of the API server is awaited. */
  record Awaited() implements WorkloadView {}
}
