package dev.penstock.operator.status;

/** Whether a condition holds; the names stand in the status. */
public enum ConditionStatus {
  True,
  False,
  Unknown
}
