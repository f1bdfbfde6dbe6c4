package dev.penstock.operator.workload;

/**
 * Whether something holds of the workloads of a pool, for a condition.
 *
 * @param verdict whether it holds
 * @param reason in one word
 * @param message with the remedy where it does not hold
 */
public record Fit(Verdict verdict, String reason, String message) {

  /** Whether it holds. */
  public enum Verdict {
    HOLDS,
    FAILS,
    UNKNOWN
  }

  static Fit holds(String reason, String message) {
    return new Fit(Verdict.HOLDS, reason, message);
  }

  static Fit fails(String reason, String message) {
    return new Fit(Verdict.FAILS, reason, message);
  }

  static Fit unknown(String reason, String message) {
    return new Fit(Verdict.UNKNOWN, reason, message);
  }
}
