package dev.penstock.operator.status;

/** How soon a new status is to be written. */
public enum Urgency {
  /** It says the same. */
  NEVER,
  /** It only observes something else: held, waiting, in use. */
  IN_TURN,
  /** The ledger, a condition or a number of instances has changed. */
  AT_ONCE
}
