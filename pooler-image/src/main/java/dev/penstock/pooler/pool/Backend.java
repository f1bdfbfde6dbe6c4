package dev.penstock.pooler.pool;

/** A server connection as its pool sees it. All methods are called on the event loop. */
public interface Backend {

  /**
   * Begins to end the connection. {@link Slot#gone} follows when the server has closed its end.
   *
   * @param reason for the log
   */
  void terminate(String reason);

  /**
   * Asks the server whether it is still there; {@link Slot#released} follows, or the connection
   * closes.
   */
  void check();
}
