package dev.penstock.pooler.pool;

/** Opens server connections. */
@FunctionalInterface
public interface ServerConnector {

  /**
   * Begins to connect and to log in; never blocks. Attaches the connection to the slot before it
   * returns, and tells the slot all that follows.
   */
  void connect(Slot slot);
}
