package dev.penstock.pooler.server;

import dev.penstock.pooler.wire.FrontendMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the pooler itself says to a server once it has logged in: statements of its own, and that it
 * goes. Owned by the event loop.
 */
final class OwnMessages {
  private final Duration limit;
  private final Runnable unanswered;
  private @Nullable ScheduledFuture<?> timer;

  /**
   * @param limit for the answer to a statement, zero for none
   * @param unanswered called when it is over
   */
  OwnMessages(Duration limit, Runnable unanswered) {
    this.limit = limit;
    this.unanswered = unanswered;
  }

  /** Sends a statement, to be waited for: a server may be gone without a word. */
  void run(Channel server, String statement) {
    ByteBuf out = server.alloc().buffer();
    FrontendMessage.writeQuery(out, statement);
    send(server, out);
  }

  /** Sends messages, whose answer is waited for in the same way. */
  void send(Channel server, ByteBuf messages) {
    var _ = server.writeAndFlush(messages, server.voidPromise());
    if (!limit.isZero()) {
      timer = server.eventLoop().schedule(unanswered, limit.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** The statement was answered, or is waited for no longer. */
  void answered() {
    ScheduledFuture<?> running = timer;
    timer = null;
    if (running != null) {
      running.cancel(false);
    }
  }

  /** Puts a statement ahead of what follows, without sending it yet. */
  static void write(Channel server, String statement) {
    ByteBuf out = server.alloc().buffer();
    FrontendMessage.writeQuery(out, statement);
    var _ = server.write(out, server.voidPromise());
  }

  /**
   * Says Terminate and half-closes: where a client has left in the middle of a message, the server
   * takes Terminate for a part of it, and only the end of the stream ends its wait for the rest.
   */
  static void terminate(Channel server) {
    ByteBuf out = server.alloc().buffer(8);
    FrontendMessage.writeTerminate(out);
    var _ =
        server
            .writeAndFlush(out)
            .addListener(
                written -> {
                  if (written.isSuccess()) {
                    endOutput(server);
                  } else {
                    server.pipeline().fireExceptionCaught(written.cause());
                  }
                });
  }

  /** Half-closes: the end of the stream is noticed at any time, also within a login. */
  static void endOutput(Channel server) {
    if (server instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    }
  }
}
