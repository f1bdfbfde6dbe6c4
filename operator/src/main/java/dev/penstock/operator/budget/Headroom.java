package dev.penstock.operator.budget;

import java.util.regex.Pattern;

/**
 * What Penstock leaves free on a server for people, migrations, backups and replication: a share of
 * what is not reserved, or a number of connections.
 */
public sealed interface Headroom {

  /** What is left free where a resource says nothing. */
  Headroom DEFAULT = new Percentage(15);

  /**
   * Reads {@code "15%"} (0 to 99) or {@code "20"} (connections, at least 0).
   *
   * @throws IllegalArgumentException naming the value and what is allowed
   */
  static Headroom parse(String text) {
    String value = text.strip();
    if (!Syntax.VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(Syntax.message(text));
    }
    try {
      return value.endsWith("%")
          ? new Percentage(Integer.parseInt(value.substring(0, value.length() - 1)))
          : new Connections(Integer.parseInt(value));
    } catch (IllegalArgumentException outOfRange) {
      throw new IllegalArgumentException(Syntax.message(text), outOfRange);
    }
  }

  /** Connections left for Penstock out of {@code available}, rounded down, never below zero. */
  int leaves(int available);

  /**
   * A share of what the server does not reserve.
   *
   * @param percent 0 to 99
   */
  record Percentage(int percent) implements Headroom {
    public Percentage {
      if (percent < 0 || percent > 99) {
        throw new IllegalArgumentException(Syntax.message(percent + "%"));
      }
    }

    @Override
    public int leaves(int available) {
      return (int) (Math.max(0L, available) * (100 - percent) / 100);
    }
  }

  /**
   * A number of connections.
   *
   * @param connections at least 0
   */
  record Connections(int connections) implements Headroom {
    public Connections {
      if (connections < 0) {
        throw new IllegalArgumentException(Syntax.message(Integer.toString(connections)));
      }
    }

    @Override
    public int leaves(int available) {
      return (int) Math.max(0L, (long) available - connections);
    }
  }

  /** The written form. */
  final class Syntax {
    private static final Pattern VALUE = Pattern.compile("[0-9]{1,9}%?");

    private Syntax() {}

    private static String message(String text) {
      return "headroom is '"
          + text
          + "': give a percentage from 0% to 99% (15% is usual) or a number of connections, 0 or"
          + " more";
    }
  }
}
