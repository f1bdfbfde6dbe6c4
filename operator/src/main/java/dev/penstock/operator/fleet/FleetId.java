package dev.penstock.operator.fleet;

/**
 * The fleet of one pool.
 *
 * @param namespace of the pool
 * @param pool its name
 */
public record FleetId(String namespace, String pool) {

  /** The name in every instance's certificate: it says which fleet, whatever the pod's address. */
  public String serverName() {
    return pool + "." + namespace + ".penstock-fleet";
  }

  @Override
  public String toString() {
    return namespace + "/" + pool;
  }
}
