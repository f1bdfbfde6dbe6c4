package dev.penstock.operator.status;

/** The conditions of a ConnectionPool; their names stand in its status. */
public enum ConditionType {
  /** All wanted instances serve clients. */
  Ready,
  /** Something is on its way: instances start or leave. */
  Progressing,
  /** The last question to the server was answered. */
  ServerReachable,
  /** The instances share a known budget, and each has its floor. */
  Budgeted,
  /** All Secrets that the pool names are there and usable. */
  SecretsResolved,
  /** Deployment, Service and the others are as they should be. */
  Applied,
  /** Another pool names the same server: true is bad. */
  Conflict;

  /** The status that needs nobody's attention. */
  ConditionStatus healthy() {
    return switch (this) {
      case Conflict, Progressing -> ConditionStatus.False;
      case Ready, ServerReachable, Budgeted, SecretsResolved, Applied -> ConditionStatus.True;
    };
  }
}
