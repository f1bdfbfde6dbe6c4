package dev.penstock.pooler.console;

/** What comes of a command. */
sealed interface Reply {

  /** A result. */
  record Rows(Table table) implements Reply {}

  /**
   * It has been done.
   *
   * @param tag of CommandComplete
   */
  record Done(String tag) implements Reply {}

  /** The same, with something to say. */
  record Notice(String message, String detail, String tag) implements Reply {}

  /** There was nothing to do. */
  record Nothing() implements Reply {}
}
