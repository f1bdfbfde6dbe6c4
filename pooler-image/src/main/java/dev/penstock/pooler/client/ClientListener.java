package dev.penstock.pooler.client;

import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.server.EventLoops;
import dev.penstock.pooler.server.SocketOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets that clients connect to ({@code listen_addr}, {@code listen_port}). */
public final class ClientListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientListener.class);
  private static final int BACKLOG = 1024;

  private final List<Channel> channels;

  private ClientListener(List<Channel> channels) {
    this.channels = channels;
  }

  /**
   * Binds all addresses; blocks, so not for an event loop.
   *
   * @throws IOException when one cannot be bound; the message names it
   */
  public static ClientListener open(Settings settings, EventLoops loops, Clients clients)
      throws IOException {
    ServerBootstrap bootstrap =
        new SocketOptions(settings, loops.transport())
            .apply(loops.listening())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    loops.track(channel);
                    channel.pipeline().addLast(clients.accept(channel));
                  }
                });
    ClientListener listener = new ClientListener(new ArrayList<>());
    int port = settings.get(Settings.LISTEN_PORT);
    for (String host : settings.get(Settings.LISTEN_ADDR)) {
      InetSocketAddress address =
          host.equals("*") ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
      var bound = bootstrap.bind(address).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        listener.close();
        throw new IOException(
            "cannot listen on listen_addr = %s, listen_port = %d: %s"
                .formatted(host, port, bound.cause().getMessage()),
            bound.cause());
      }
      listener.channels.add(bound.channel());
      LOG.info("listening on {}", bound.channel().localAddress());
    }
    return listener;
  }

  /** The first address, with the port that was bound. */
  public InetSocketAddress address() {
    return (InetSocketAddress) channels.getFirst().localAddress();
  }

  /** Stops accepting; clients that are connected stay. */
  @Override
  public void close() {
    for (Channel channel : channels) {
      var _ = channel.close().awaitUninterruptibly();
    }
  }
}
