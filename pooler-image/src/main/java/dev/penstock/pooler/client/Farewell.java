package dev.penstock.pooler.client;

import dev.penstock.pooler.wire.BackendMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * Tells a client why it must go and closes its connection: when it has been told, and in any case
 * soon, since a client that does not read would otherwise stay for ever. Owned by the event loop.
 */
final class Farewell {
  /** How long a client that has been told may take to close its side. */
  static final long LINGER_SECONDS = 2;

  /** How long it may take until it has been told. */
  static final long PATIENCE_SECONDS = 5;

  private final Channel channel;

  Farewell(Channel channel) {
    this.channel = channel;
  }

  /** Sends a FATAL error, then closes. */
  void say(String sqlState, String message) {
    ByteBuf out = channel.alloc().buffer();
    BackendMessage.writeFatal(out, sqlState, message);
    send(out);
  }

  /** Closes when all has been sent that is on its way: it has said why. */
  void afterAllThatWasSaid() {
    send(Unpooled.EMPTY_BUFFER);
  }

  private void send(ByteBuf out) {
    var _ = channel.writeAndFlush(out).addListener(_ -> told());
    closeIn(PATIENCE_SECONDS);
  }

  /** Lets the client read the error: closing with unread input would reset the connection. */
  private void told() {
    if (channel instanceof DuplexChannel duplex
        && channel.isActive()
        && channel.pipeline().get(SslHandler.class) == null) {
      channel.config().setAutoRead(true);
      var _ = duplex.shutdownOutput();
      closeIn(LINGER_SECONDS);
    } else {
      var _ = channel.close();
    }
  }

  private void closeIn(long seconds) {
    var closing =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  var _ = channel.close();
                },
                seconds,
                TimeUnit.SECONDS);
    var _ = channel.closeFuture().addListener(_ -> closing.cancel(false));
  }
}
