package dev.penstock.pooler.server;

import dev.penstock.pooler.config.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one event loop of the process and the kind of sockets it drives: io_uring where the system
 * lets it, else epoll, else NIO ({@code penstock_transport}).
 */
public final class EventLoops implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

  private final EventLoopGroup group;
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Transport transport;
  private final Class<? extends SocketChannel> sockets;
  private final Class<? extends ServerChannel> listeners;

  private EventLoops(
      Transport transport,
      IoHandlerFactory factory,
      Class<? extends SocketChannel> sockets,
      Class<? extends ServerChannel> listeners) {
    this.group =
        new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("event-loop", true), factory);
    this.transport = transport;
    this.sockets = sockets;
    this.listeners = listeners;
  }

  /**
   * Starts the loop.
   *
   * @throws UnsupportedOperationException when the transport asked for is not available here; the
   *     message says why
   */
  public static EventLoops start(Transport wanted) {
    Transport chosen = wanted == Transport.AUTO ? best() : wanted;
    LOG.info("transport: {} (penstock_transport = {})", chosen.spelling(), wanted.spelling());
    return switch (chosen) {
      case IO_URING -> {
        require(chosen, IoUring::isAvailable, IoUring::unavailabilityCause);
        yield new EventLoops(
            chosen,
            IoUringIoHandler.newFactory(),
            IoUringSocketChannel.class,
            IoUringServerSocketChannel.class);
      }
      case EPOLL -> {
        require(chosen, Epoll::isAvailable, Epoll::unavailabilityCause);
        yield new EventLoops(
            chosen,
            EpollIoHandler.newFactory(),
            EpollSocketChannel.class,
            EpollServerSocketChannel.class);
      }
      case NIO, AUTO ->
          new EventLoops(
              Transport.NIO,
              NioIoHandler.newFactory(),
              NioSocketChannel.class,
              NioServerSocketChannel.class);
    };
  }

  private static Transport best() {
    if (IoUring.isAvailable()) {
      return Transport.IO_URING;
    }
    return Epoll.isAvailable() ? Transport.EPOLL : Transport.NIO;
  }

  private static void require(
      Transport transport, Supplier<Boolean> available, Supplier<Throwable> why) {
    if (!available.get()) {
      throw new UnsupportedOperationException(
          "penstock_transport = %s is not available on this machine; use auto"
              .formatted(transport.spelling()),
          why.get());
    }
  }

  /** What it runs on; never {@link Transport#AUTO}. */
  public Transport transport() {
    return transport;
  }

  /** The loop. */
  public EventLoop loop() {
    return group.next();
  }

  /** Has a channel closed with the loop, if it is still open then. */
  public void track(Channel channel) {
    channels.add(channel);
  }

  /** For connections to servers. */
  public Bootstrap connecting() {
    return new Bootstrap().group(loop()).channel(sockets);
  }

  /** For connections from clients. */
  public ServerBootstrap listening() {
    return new ServerBootstrap().group(group, group).channel(listeners);
  }

  /** Closes every channel, and ends the loop. */
  @Override
  public void close() {
    var _ = channels.close().awaitUninterruptibly();
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
