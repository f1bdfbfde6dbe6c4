package dev.penstock.pooler.server;

import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The session parameters that follow a client from one server connection to the next: those that
 * PostgreSQL reports when they change and PgBouncer tracks. Not thread-safe.
 */
public final class TrackedParameters {
  private static final int APPLICATION_NAME = 5;
  private static final String[] NAMES = {
    "client_encoding",
    "DateStyle",
    "TimeZone",
    "standard_conforming_strings",
    "IntervalStyle",
    "application_name"
  };

  private final @Nullable String[] values = new @Nullable String[NAMES.length];

  /** Whether a parameter of that name, in any case, is tracked. */
  public static boolean isTracked(String name) {
    return indexOf(name) >= 0;
  }

  /** Sets a value; a parameter that is not tracked is ignored. */
  public void set(String name, String value) {
    int index = indexOf(name);
    if (index >= 0) {
      values[index] = value;
    }
  }

  /** The value of a parameter; null when it is not set or not tracked. */
  public @Nullable String value(String name) {
    int index = indexOf(name);
    return index < 0 ? null : values[index];
  }

  /** Takes over from {@code others} what is not set here. */
  public void fillFrom(TrackedParameters others) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        values[i] = others.values[i];
      }
    }
  }

  /** Takes over from {@code others} all that they have set. */
  public void takeOver(TrackedParameters others) {
    others.forEach(this::set);
  }

  /** All that are set. */
  public void forEach(BiConsumer<String, String> consumer) {
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      if (value != null) {
        consumer.accept(NAMES[i], value);
      }
    }
  }

  /** The SET statements that make {@code session} agree with these, or null when it does. */
  public @Nullable String changes(TrackedParameters session) {
    StringBuilder sql = null;
    for (int i = 0; i < values.length; i++) {
      String wanted = values[i];
      String has = session.values[i];
      if (wanted == null || wanted.equals(has) || sameButForCase(i, wanted, has)) {
        continue;
      }
      if (sql == null) {
        sql = new StringBuilder();
      }
      sql.append("SET ").append(NAMES[i]).append("=").append(literal(wanted)).append(';');
    }
    return sql == null ? null : sql.toString();
  }

  private static boolean sameButForCase(int index, String wanted, @Nullable String has) {
    return index != APPLICATION_NAME && wanted.equalsIgnoreCase(has);
  }

  private static String literal(String value) {
    String quoted = "'" + value.replace("'", "''").replace("\\", "\\\\") + "'";
    return value.indexOf('\\') < 0 ? quoted : "E" + quoted;
  }

  private static int indexOf(String name) {
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equals(name)) {
        return i;
      }
    }
    String lower = name.toLowerCase(Locale.ROOT);
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].toLowerCase(Locale.ROOT).equals(lower)) {
        return i;
      }
    }
    return -1;
  }
}
