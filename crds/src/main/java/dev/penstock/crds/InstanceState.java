package dev.penstock.crds;

/** Where an entry of the ledger stands. */
public enum InstanceState {
  /** It holds at most its grant, and can be asked. */
  Live,
  /** It was told a lower grant and has not yet reported to be below it. */
  Lowering,
  /** It is on its way out: it gets nothing more. */
  Draining,
  /** Its pod vanished without its end being known: its connections still count. */
  Quarantined
}
