package dev.penstock.operator.status;

/** The conditions of a ConnectionPool or a DatabaseServer; their names stand in its status. */
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
  /** The last question to the DatabaseServer was answered. */
  Reachable,
  /** What instances can believe they may hold is within the budget. */
  WithinBudget,
  /** The floors of all instances and the minima of all pools fit the budget. */
  Satisfiable,
  /** All workloads that the pool names are there and can be counted. */
  WorkloadsResolved,
  /** What the workloads may open fits what there is. */
  WorkloadsFit,
  /** Another resource describes the same server: true is bad. */
  Conflict;

  /** The status that needs nobody's attention. */
  ConditionStatus healthy() {
    return switch (this) {
      case Conflict, Progressing -> ConditionStatus.False;
      case Ready,
          ServerReachable,
          Budgeted,
          SecretsResolved,
          Applied,
          Reachable,
          WithinBudget,
          Satisfiable,
          WorkloadsResolved,
          WorkloadsFit ->
          ConditionStatus.True;
    };
  }
}
