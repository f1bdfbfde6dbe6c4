package dev.penstock.pooler.console;

/** What a client of the console can ask for. Names are as they were written. */
sealed interface Command {

  /** Nothing at all. */
  record Nothing() implements Command {}

  /**
   * {@code SHOW what}, and {@code SELECT what}, which is the same.
   *
   * @param what empty when it was left out
   * @param query all of it, to be told when there is no such thing
   */
  record Show(String what, String query) implements Command {}

  /** {@code SET key = value}. */
  record Set(String key, String value) implements Command {}

  /** What is done to one database, or to all. */
  enum Verb {
    PAUSE,
    RESUME,
    DISABLE,
    ENABLE,
    RECONNECT,
    KILL,
    WAIT_CLOSE
  }

  /**
   * {@code PAUSE}, {@code RESUME} and the like.
   *
   * @param database empty for all
   */
  record To(Verb verb, String database) implements Command {}

  /** {@code KILL_CLIENT id}. */
  record KillClient(String id) implements Command {}

  /** {@code SUSPEND}. */
  record Suspend() implements Command {}

  /** {@code SHUTDOWN}, {@code SHUTDOWN WAIT_FOR_SERVERS} and {@code SHUTDOWN WAIT_FOR_CLIENTS}. */
  record Shutdown(Control.Shutdown mode) implements Command {}

  /** {@code RELOAD}. */
  record Reload() implements Command {}
}
