package dev.penstock.operator.status;

/**
 * What holds of one type of condition.
 *
 * @param status whether it holds
 * @param reason in one word, as the API's conventions want it
 * @param message for people, with the remedy where something is wrong
 */
public record Verdict(ConditionStatus status, String reason, String message) {

  /** It holds. */
  public static Verdict yes(String reason, String message) {
    return new Verdict(ConditionStatus.True, reason, message);
  }

  /** It does not hold. */
  public static Verdict no(String reason, String message) {
    return new Verdict(ConditionStatus.False, reason, message);
  }

  /** It cannot be known yet. */
  public static Verdict unknown(String reason, String message) {
    return new Verdict(ConditionStatus.Unknown, reason, message);
  }
}
