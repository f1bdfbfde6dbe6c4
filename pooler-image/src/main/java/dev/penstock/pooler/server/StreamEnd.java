package dev.penstock.pooler.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * What an exception on a server's socket says of the process at its other end.
 *
 * <p>PostgreSQL never closes its socket itself, the kernel does when the process has ended ({@code
 * socket_close} in its {@code pqcomm.c}). An end of stream or a reset therefore proves that the
 * process is gone: the kernel answers with a reset when the process left data unread, and when its
 * host has been restarted since. A timeout, or a host that cannot be reached, proves nothing.
 */
enum StreamEnd {
  /** The channel is being closed already, and this only follows from it. */
  FOLLOWS,

  /** The server's host has said that the connection is no more. */
  PROVEN,

  /** The connection cannot be used any more; what the server knows of that is open. */
  UNPROVEN,

  /** Not the socket's fault. */
  NONE;

  /**
   * @param active whether the channel was still open when the exception came
   */
  static StreamEnd of(Throwable cause, boolean active) {
    return switch (cause) {
      case ClosedChannelException _, ChannelOutputShutdownException _ -> FOLLOWS;
      case SSLException _, DecoderException _ -> active ? UNPROVEN : FOLLOWS;
      case Errors.NativeIoException failed ->
          failed.expectedErr() == Errors.ERRNO_ECONNRESET_NEGATIVE
                  || failed.expectedErr() == Errors.ERRNO_EPIPE_NEGATIVE
              ? PROVEN
              : UNPROVEN;
      case IOException failed -> saysReset(String.valueOf(failed.getMessage()));
      default -> NONE;
    };
  }

  /**
   * Closes a channel whose input has ended. An error of the socket is told once: when a write under
   * way has taken it, a read sees what looks like an end of stream. So the write's own result is
   * awaited first; it comes at once when the connection has failed.
   */
  static void close(ChannelHandlerContext context) {
    // Past TLS, which would take its leave of a server that is gone.
    ChannelHandlerContext outermost = context.pipeline().firstContext();
    ChannelOutboundBuffer output = context.channel().unsafe().outboundBuffer();
    if (output == null || output.isEmpty()) {
      var _ = outermost.close();
    } else {
      Runnable close =
          () -> {
            var _ = outermost.close();
          };
      var _ = context.executor().schedule(close, 1, TimeUnit.SECONDS);
    }
  }

  /** The words of the JDK's own sockets, which carry no number. */
  private static StreamEnd saysReset(String message) {
    return message.startsWith("Connection reset") || message.startsWith("Broken pipe")
        ? PROVEN
        : UNPROVEN;
  }
}
