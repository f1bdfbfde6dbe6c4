package dev.penstock.bench.scale;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The port of all instances: one socket and one event loop for every loopback address, so that
 * thousands of instances cost no file descriptor each until someone calls. The address that was
 * called says which instance is meant; at an address without one the connection is closed.
 *
 * <p>Thread-safe.
 */
final class Listener implements AutoCloseable {

  /** A grant names every peer of a fleet. */
  private static final int LONGEST_REQUEST = 1 << 20;

  private static final int BACKLOG = 4_096;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Map<String, Seat> seats = new ConcurrentHashMap<>();
  private final Channel socket;

  private record Seat(SimulatedInstance instance, SslContext tls, ChannelGroup callers) {}

  /** Listens at a port that is free. */
  Listener() {
    socket =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                })
            .bind(0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) socket.localAddress()).getPort();
  }

  /**
   * Starts an instance at an address.
   *
   * @param tls with the certificate of its fleet
   * @param demand connections that its clients use
   */
  SimulatedInstance start(String address, SslContext tls, int demand) {
    SimulatedInstance instance = new SimulatedInstance(loops.next(), demand);
    seats.put(address, new Seat(instance, tls, new DefaultChannelGroup(loops.next())));
    return instance;
  }

  /** Ends the instance at an address, and the calls it is in. */
  void end(String address) {
    Objects.requireNonNull(seats.remove(address)).callers().close().syncUninterruptibly();
  }

  private void accept(Channel channel) {
    String address = ((InetSocketAddress) channel.localAddress()).getAddress().getHostAddress();
    Seat seat = seats.get(address);
    if (seat == null) {
      var _ = channel.close();
      return;
    }
    seat.callers().add(channel);
    channel
        .pipeline()
        .addLast(
            seat.tls().newHandler(channel.alloc()),
            new HttpServerCodec(),
            new HttpObjectAggregator(LONGEST_REQUEST),
            new InstanceHandler(seat.instance()));
  }

  @Override
  public void close() {
    loops.shutdownGracefully().syncUninterruptibly();
  }
}
