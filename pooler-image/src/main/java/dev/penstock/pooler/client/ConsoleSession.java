package dev.penstock.pooler.client;

import dev.penstock.pooler.pool.Welcome;
import io.netty.buffer.ByteBuf;

/** One client's conversation with the console. Owned by the event loop. */
public interface ConsoleSession {

  /** What the session begins with. */
  Welcome welcome();

  /** Takes what the client sent; the buffer stays the caller's. */
  void read(ByteBuf in);

  /** The client has read so much of its answers that there is room for more. */
  void writable();

  /** The client asks for the command that it waits for to be given up. */
  void cancel();

  /** The client has gone. */
  void left();
}
