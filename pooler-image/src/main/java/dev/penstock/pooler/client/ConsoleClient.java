package dev.penstock.pooler.client;

import io.netty.channel.Channel;

/** A client of the console, as the console sees it. Owned by the event loop. */
public interface ConsoleClient {

  /** Where the answers go. */
  Channel channel();

  /** Tells the client why, and ends the connection. */
  void refuse(String sqlState, String message);

  /** Runs something that reads the client's bytes; what is malformed ends the connection. */
  void guarded(Runnable reading);

  /** Ends the connection without a word. */
  void leaveAtOnce(String reason);
}
