package dev.penstock.operator.fleet;

/**
 * The fleet of one pool.
 *
 * @param namespace of the pool
 * @param pool its name
 */
public record FleetId(String namespace, String pool) {

  /** Reads what {@link #toString()} writes. */
  public static FleetId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1) {
      throw new IllegalArgumentException("'" + text + "' is not namespace/pool");
    }
    return new FleetId(text.substring(0, slash), text.substring(slash + 1));
  }

  /** The name in every instance's certificate: it says which fleet, whatever the pod's address. */
  public String serverName() {
    return pool + "." + namespace + ".penstock-fleet";
  }

  @Override
  public String toString() {
    return namespace + "/" + pool;
  }
}
