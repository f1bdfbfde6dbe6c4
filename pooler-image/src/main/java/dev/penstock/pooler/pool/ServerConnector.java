package dev.penstock.pooler.pool;

/** Opens server connections. */
public interface ServerConnector {

  /**
   * Begins to connect and to log in; never blocks. Attaches the connection to the slot before it
   * returns, and tells the slot all that follows.
   */
  void connect(Slot slot);

  /** Which server the connections of a pool lead to: pools of one server share its outages. */
  String server(PoolKey key);
}
