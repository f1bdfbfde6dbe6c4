package dev.penstock.e2e.client;

import java.time.Duration;
import java.util.Map;

/**
 * What the client is told through its environment.
 *
 * @param url {@code DEMO_URL}, a JDBC URL
 * @param user {@code DEMO_USER}
 * @param password {@code DEMO_PASSWORD}
 * @param connections {@code DEMO_CONNECTIONS}: workers, and connections of the driver's pool; 1 to
 *     1000
 * @param think {@code DEMO_THINK_MILLIS}: mean pause of a worker between two transactions
 * @param longest {@code DEMO_HOLD_MILLIS}: the longest time a transaction is held open; every other
 *     one is, for between a quarter and all of it
 * @param deadline {@code DEMO_DEADLINE_SECONDS}: a transaction that could not be done by then has
 *     failed; it is shorter than the two minutes for which a pooler lets a client wait
 * @param port {@code DEMO_PORT}: where the counters are served
 */
public record ClientSettings(
    String url,
    String user,
    String password,
    int connections,
    Duration think,
    Duration longest,
    Duration deadline,
    int port) {

  public ClientSettings {
    if (connections < 1 || connections > 1000) {
      throw new IllegalArgumentException("DEMO_CONNECTIONS must be 1 to 1000, was " + connections);
    }
  }

  /**
   * Reads the settings of an environment.
   *
   * @throws IllegalArgumentException naming the variable that is missing or is no number
   */
  public static ClientSettings from(Map<String, String> environment) {
    return new ClientSettings(
        text(environment, "DEMO_URL"),
        text(environment, "DEMO_USER"),
        text(environment, "DEMO_PASSWORD"),
        Math.toIntExact(number(environment, "DEMO_CONNECTIONS", 20)),
        Duration.ofMillis(number(environment, "DEMO_THINK_MILLIS", 200)),
        Duration.ofMillis(number(environment, "DEMO_HOLD_MILLIS", 200)),
        Duration.ofSeconds(number(environment, "DEMO_DEADLINE_SECONDS", 90)),
        Math.toIntExact(number(environment, "DEMO_PORT", 8080)));
  }

  private static String text(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " is not set in the environment");
    }
    return value;
  }

  private static long number(Map<String, String> environment, String name, long otherwise) {
    String value = environment.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number < 0) {
        throw new IllegalArgumentException(name + " must not be negative, was " + value);
      }
      return number;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a whole number, was '" + value + "'", e);
    }
  }
}
