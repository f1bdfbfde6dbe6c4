package dev.penstock.pooler.server;

import dev.penstock.pooler.config.Settings;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the {@code tcp_…} settings ask of every socket. Immutable. */
public final class SocketOptions {
  private static final int LOW = 32 * 1024;
  private static final int HIGH = 64 * 1024;

  private final Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();

  public SocketOptions(Settings settings) {
    options.put(ChannelOption.TCP_NODELAY, true);
    options.put(ChannelOption.SO_KEEPALIVE, settings.get(Settings.TCP_KEEPALIVE));
    options.put(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
    options.put(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW, HIGH));
  }

  @SuppressWarnings("unchecked") // the map holds each option with a value of its type
  Bootstrap apply(Bootstrap bootstrap) {
    options.forEach((option, value) -> bootstrap.option((ChannelOption<Object>) option, value));
    return bootstrap;
  }

  /** Sets them on the connections that a listener accepts. */
  @SuppressWarnings("unchecked") // the map holds each option with a value of its type
  public ServerBootstrap apply(ServerBootstrap bootstrap) {
    options.forEach(
        (option, value) -> bootstrap.childOption((ChannelOption<Object>) option, value));
    return bootstrap;
  }
}
