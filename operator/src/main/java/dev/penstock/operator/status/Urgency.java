package dev.penstock.operator.status;

/** How soon a new status is to be written. */
public enum Urgency {
  /** It says the same. */
  NEVER,
  /** It only brings figures up to date that nobody waits for. */
  AT_LEISURE,
  /** It only brings figures up to date, but clients wait, or much has moved. */
  IN_TURN,
  /** What the law rests on, a condition, a number of instances or the answered spec has changed. */
  AT_ONCE
}
