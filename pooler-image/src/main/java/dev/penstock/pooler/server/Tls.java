package dev.penstock.pooler.server;

import dev.penstock.pooler.config.TlsMode;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards one side.
 *
 * @param mode how much of it is wanted
 * @param context as it is configured now, taken anew for each connection; null when the mode is
 *     {@link TlsMode#DISABLE}
 */
public record Tls(TlsMode mode, @Nullable Supplier<SslContext> context) {

  /**
   * A handler for a connection from a client.
   *
   * @param work for the keys and signatures of the handshake: many clients may come at once
   */
  public SslHandler handler(ByteBufAllocator allocator, Executor work) {
    return current().newHandler(allocator, work);
  }

  /** A handler for a connection to a server; checks its name where the mode says so. */
  public SslHandler handler(ByteBufAllocator allocator, String host, int port) {
    return current().newHandler(allocator, host, port);
  }

  private SslContext current() {
    return Objects.requireNonNull(context, "TLS is disabled").get();
  }
}
