package dev.penstock.pooler.config;

/**
 * One row of the table of settings.
 *
 * @param name as section {@code [pgbouncer]} writes it
 * @param type how its text is read
 * @param defaultText its value where the file does not name it
 * @param reloadable whether a running process takes a new value, by RELOAD, SIGHUP or SET
 * @param meaning for the documentation, in a few words
 */
public record Setting<T>(
    String name, ValueType<T> type, String defaultText, boolean reloadable, String meaning) {

  /** The value where the file does not name it. */
  public T defaultValue() {
    try {
      return type.parser().parse(defaultText);
    } catch (InvalidValueException e) {
      throw new IllegalStateException("the default of " + name + " is not allowed", e);
    }
  }
}
