package dev.penstock.pooler.server;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The two ends of a connection, for people.
 *
 * @param address of the other side, empty when it is not known
 * @param port of the other side, 0 when it is not known
 * @param localAddress of this side
 * @param localPort of this side
 * @param tls version and cipher suite, empty without TLS
 */
public record SocketView(String address, int port, String localAddress, int localPort, String tls) {

  /** Not connected. */
  public static final SocketView NONE = new SocketView("", 0, "", 0, "");

  /** What is to be said of a channel, null for none. */
  public static SocketView of(@Nullable Channel channel) {
    if (channel == null) {
      return NONE;
    }
    SocketAddress remote = channel.remoteAddress();
    SocketAddress local = channel.localAddress();
    return new SocketView(address(remote), port(remote), address(local), port(local), tls(channel));
  }

  private static String address(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet && internet.getAddress() != null
        ? internet.getAddress().getHostAddress()
        : "";
  }

  private static int port(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet ? internet.getPort() : 0;
  }

  private static String tls(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    if (handler == null) {
      return "";
    }
    var session = handler.engine().getSession();
    return session.getProtocol() + "/" + session.getCipherSuite();
  }
}
