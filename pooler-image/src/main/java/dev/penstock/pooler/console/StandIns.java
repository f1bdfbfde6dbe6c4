package dev.penstock.pooler.console;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of PostgreSQL that drivers show and set as soon as they are connected: they are told
 * something, and setting them does nothing.
 */
final class StandIns {
  private static final Map<String, String> VALUES =
      Map.of(
          "client_encoding", "UTF-8",
          "default_transaction_isolation", "read committed",
          "standard_conforming_strings", "on",
          "datestyle", "ISO",
          "timezone", "GMT",
          "extra_float_digits", "2");

  private StandIns() {}

  /** Whether there is a parameter of that name, in any case. */
  static boolean knows(String name) {
    return VALUES.containsKey(name.toLowerCase(Locale.ROOT));
  }

  /** What is shown of it; null when there is none. */
  static @Nullable Table show(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    String value = VALUES.get(lower);
    return value == null ? null : new Table().text(lower).row(value);
  }
}
