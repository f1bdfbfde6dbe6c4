package dev.penstock.operator.budget;

/**
 * The most connections that all instances of all pools of one server may have open together.
 *
 * @param connections at least 0
 */
public record Budget(int connections) {

  public Budget {
    if (connections < 0) {
      throw new IllegalArgumentException("a budget is at least 0, was " + connections);
    }
  }

  /**
   * {@code floor((maxConnections − reserved) × (1 − headroom))}, in exact integers: 100, 3 and 15%
   * give 82. Zero where nothing is left, never less.
   *
   * @param maxConnections the server's {@code max_connections}
   * @param reserved {@code superuser_reserved_connections} + {@code reserved_connections}
   * @param headroom what is left free for others
   */
  public static Budget of(int maxConnections, int reserved, Headroom headroom) {
    long available = Math.max(0L, (long) maxConnections - Math.max(0, reserved));
    return new Budget(headroom.leaves((int) available));
  }
}
