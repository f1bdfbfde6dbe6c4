package dev.penstock.operator.budget;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * What Penstock leaves free on a server for people, migrations, backups and replication: a share of
 * what is not reserved, or a number of connections.
 */
public sealed interface Headroom {

  /** What is left free where a resource says nothing. */
  Headroom DEFAULT = new Percentage(15_000);

  /**
   * Reads {@code "15%"}, {@code "12.5%"} (0 to below 100, up to three decimals) or {@code "20"}
   * (connections, at least 0).
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
          ? new Percentage(thousandths(value.substring(0, value.length() - 1)))
          : new Connections(Integer.parseInt(value));
    } catch (IllegalArgumentException | ArithmeticException outOfRange) {
      throw new IllegalArgumentException(Syntax.message(text), outOfRange);
    }
  }

  private static int thousandths(String percent) {
    return new BigDecimal(percent).movePointRight(3).intValueExact();
  }

  /** Connections left for Penstock out of {@code available}, rounded down, never below zero. */
  int leaves(int available);

  /**
   * A share of what the server does not reserve.
   *
   * @param thousandths of a percent, 0 to 99,999
   */
  record Percentage(int thousandths) implements Headroom {
    private static final int WHOLE = 100_000;

    public Percentage {
      if (thousandths < 0 || thousandths >= WHOLE) {
        throw new IllegalArgumentException(
            Syntax.message(BigDecimal.valueOf(thousandths, 3).toPlainString() + "%"));
      }
    }

    @Override
    public int leaves(int available) {
      return (int) (Math.max(0L, available) * (WHOLE - thousandths) / WHOLE);
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
    private static final Pattern VALUE = Pattern.compile("[0-9]{1,9}|[0-9]{1,3}([.][0-9]{1,3})?%");

    private Syntax() {}

    private static String message(String text) {
      return "headroom is '"
          + text
          + "': give a percentage from 0% to below 100% (15% is usual) or a number of connections, 0 or"
          + " more";
    }
  }
}
