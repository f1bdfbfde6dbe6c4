package dev.penstock.pooler.console;

/** A command that cannot be done; the session goes on. The message is for the client. */
final class CommandException extends Exception {
  /** What PgBouncer gives for errors of the console; drivers and tests look for it. */
  static final String VIOLATION = "08P01";

  private static final long serialVersionUID = 1L;
  private final String sqlState;

  CommandException(String sqlState, String message) {
    super(message);
    this.sqlState = sqlState;
  }

  /** One with PgBouncer's own SQLSTATE. */
  CommandException(String message) {
    this(VIOLATION, message);
  }

  String sqlState() {
    return sqlState;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
