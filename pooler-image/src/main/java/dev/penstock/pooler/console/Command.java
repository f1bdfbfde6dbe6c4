package dev.penstock.pooler.console;

/** What a client of the console can ask for. Names are as they were written. */
sealed interface Command {

  /** Nothing at all. */
  record Nothing() implements Command {}

  /**
   * {@code SHOW what}, and {@code SELECT what}, which is the same.
   *
   * @param what empty when it was left out
   */
  record Show(String what) implements Command {}

  /** {@code SET key = value}. */
  record Set(String key, String value) implements Command {}

  /** {@code RELOAD}. */
  record Reload() implements Command {}
}
