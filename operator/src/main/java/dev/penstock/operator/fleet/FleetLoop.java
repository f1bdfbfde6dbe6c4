package dev.penstock.operator.fleet;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import jdk.net.ExtendedSocketOptions;

/**
 * The one event loop that speaks with all instances of all fleets: epoll where the system has it,
 * else NIO. The arithmetic of handshakes is done on threads beside it.
 *
 * <p>A peer whose machine is gone says nothing, not even that. So the system asks every connection
 * for a sign of life, and gives it up after {@link FleetSettings#silence()} without one.
 */
final class FleetLoop implements AutoCloseable {

  /** Times that a connection at rest is asked for a sign of life. */
  private static final int PROBES = 3;

  /** Handshakes are most of the work there ever is, and must leave some of two cores. */
  private static final int CRYPTOGRAPHERS = 2;

  /**
   * How long a handshake that does not get on holds up others. Less than it may take: to begin more
   * than can be ended, on a machine that has too much to do, loses work only where it is given up.
   */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(2);

  private final FleetSettings settings;
  private final EventLoopGroup group;
  private final EventLoop loop;
  private final Bootstrap sockets;
  private final ExecutorService cryptographers;
  private final Handshakes handshakes;

  FleetLoop(FleetSettings settings) {
    this.settings = settings;
    boolean epoll = Epoll.isAvailable();
    group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("fleet", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    loop = group.next();
    cryptographers =
        Executors.newFixedThreadPool(
            CRYPTOGRAPHERS, new DefaultThreadFactory("fleet-handshake", true));
    handshakes = new Handshakes(loop, settings.handshakes(), LONGEST_TURN);
    sockets =
        new Bootstrap()
            .group(loop)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connect().toMillis());
    int interval = (int) Math.max(1, settings.silence().toSeconds() / (2 * PROBES + 1));
    int idle = (int) Math.max(1, settings.silence().toSeconds() - (long) PROBES * interval);
    if (epoll) {
      sockets
          .channel(EpollSocketChannel.class)
          .option(EpollChannelOption.TCP_KEEPIDLE, idle)
          .option(EpollChannelOption.TCP_KEEPINTVL, interval)
          .option(EpollChannelOption.TCP_KEEPCNT, PROBES)
          // For what was sent and not acknowledged, when nobody is asked.
          .option(EpollChannelOption.TCP_USER_TIMEOUT, (int) settings.silence().toMillis());
    } else {
      sockets
          .channel(NioSocketChannel.class)
          .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), idle)
          .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), interval)
          .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), PROBES);
    }
  }

  /** The loop that everything belongs to. */
  EventLoop loop() {
    return loop;
  }

  Handshakes handshakes() {
    return handshakes;
  }

  /** Begins to connect. */
  ChannelFuture connect(SocketAddress address, ChannelHandler handler) {
    return sockets.clone().handler(handler).connect(address);
  }

  /** The operator's side of TLS, for one connection. */
  SslHandler secure(SSLContext tls) {
    // Without a name of the peer no session is kept for it: they would outweigh the connection.
    SSLEngine engine = tls.createSSLEngine();
    engine.setUseClientMode(true);
    SslHandler handler = new SslHandler(engine, cryptographers);
    handler.setHandshakeTimeoutMillis(settings.handshake().toMillis());
    return handler;
  }

  @Override
  public void close() {
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    cryptographers.shutdownNow();
  }
}
