package dev.penstock.pooler.console;

/** A command that cannot be done; the session goes on. The message is for the client. */
final class CommandException extends Exception {
  /** What PgBouncer gives for errors of the console; drivers and tests look for it. */
  static final String VIOLATION = "08P01";

  private static final long serialVersionUID = 1L;
  private final String sqlState;
  private final String detail;

  CommandException(String sqlState, String message) {
    this(sqlState, message, "");
  }

  /**
   * @param detail what more there is to say, empty for nothing
   */
  CommandException(String sqlState, String message, String detail) {
    super(message);
    this.sqlState = sqlState;
    this.detail = detail;
  }

  /** One with PgBouncer's own SQLSTATE. */
  CommandException(String message) {
    this(VIOLATION, message);
  }

  String sqlState() {
    return sqlState;
  }

  String detail() {
    return detail;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
