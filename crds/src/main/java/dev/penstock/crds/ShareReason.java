package dev.penstock.crds;

/** Why a pool has what it has of its server. */
public enum ShareReason {
  DemandMet,
  AtMaximum,
  BudgetShared,
  Unsatisfiable,
  NotAllowed,
  Conflict,
  NoInstances
}
