package dev.penstock.pooler.server;

import io.netty.channel.Channel;

/** The client that a server connection is lent to. All methods are called on the event loop. */
public interface Guest {

  /** Where the server's bytes go. */
  Channel channel();

  /** The parameters its session wants; the server's reports are written into them. */
  TrackedParameters parameters();

  /** Whether it has prepared statements by name. */
  boolean hasStatements();

  /** The server has deallocated all prepared statements, as the client has asked it to. */
  void statementsDeallocated();

  /** A ReadyForQuery has been passed on. Called when all it answers has been. */
  void ready(byte transactionStatus);

  /**
   * The server connection has gone while it was lent; it must not be used any more.
   *
   * @param sqlState for the client
   * @param reason for the client
   * @param betweenMessages whether the client may be written to: no message is half passed on
   */
  void serverLost(String sqlState, String reason, boolean betweenMessages);

  /**
   * The server has ended the session, and what it said of it has been passed on: there is nothing
   * to add.
   */
  void serverEnded();
}
