package dev.penstock.pooler.server;

import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.config.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the {@code tcp_…} settings ask of every socket. Immutable. */
public final class SocketOptions {
  private static final Logger LOG = LoggerFactory.getLogger(SocketOptions.class);
  private static final int LOW = 32 * 1024;
  private static final int HIGH = 64 * 1024;

  /**
   * The system repeats an unanswered SYN after 1, 3, 7 and 15 seconds; a new attempt notices sooner
   * that a server can be reached again.
   */
  private static final int CONNECT_ATTEMPT_MILLIS = 3_000;

  private final Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
  private final int connectTimeoutMillis;

  /** The options of the settings, as the transport in use names them. */
  public SocketOptions(Settings settings, Transport transport) {
    connectTimeoutMillis = connectTimeoutMillis(settings.get(Settings.SERVER_CONNECT_TIMEOUT));
    options.put(ChannelOption.TCP_NODELAY, true);
    options.put(ChannelOption.SO_KEEPALIVE, settings.get(Settings.TCP_KEEPALIVE));
    options.put(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
    options.put(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW, HIGH));
    if (settings.get(Settings.TCP_KEEPALIVE)) {
      keepalive(settings, transport);
    }
    ChannelOption<Integer> userTimeout =
        switch (transport) {
          case IO_URING -> IoUringChannelOption.TCP_USER_TIMEOUT;
          case EPOLL -> EpollChannelOption.TCP_USER_TIMEOUT;
          case NIO, AUTO -> null;
        };
    if (userTimeout != null) {
      put(userTimeout, settings, Settings.TCP_USER_TIMEOUT);
    } else if (settings.get(Settings.TCP_USER_TIMEOUT) > 0) {
      LOG.warn(
          "tcp_user_timeout has no effect with penstock_transport = {}; use epoll or io_uring",
          transport.spelling());
    }
  }

  private static int connectTimeoutMillis(Duration limit) {
    return limit.isZero()
        ? CONNECT_ATTEMPT_MILLIS
        : (int) Math.min(CONNECT_ATTEMPT_MILLIS, Math.max(1, limit.toMillis()));
  }

  private void keepalive(Settings settings, Transport transport) {
    switch (transport) {
      case IO_URING -> {
        put(IoUringChannelOption.TCP_KEEPIDLE, settings, Settings.TCP_KEEPIDLE);
        put(IoUringChannelOption.TCP_KEEPINTVL, settings, Settings.TCP_KEEPINTVL);
        put(IoUringChannelOption.TCP_KEEPCNT, settings, Settings.TCP_KEEPCNT);
      }
      case EPOLL -> {
        put(EpollChannelOption.TCP_KEEPIDLE, settings, Settings.TCP_KEEPIDLE);
        put(EpollChannelOption.TCP_KEEPINTVL, settings, Settings.TCP_KEEPINTVL);
        put(EpollChannelOption.TCP_KEEPCNT, settings, Settings.TCP_KEEPCNT);
      }
      case NIO, AUTO -> {
        put(
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
            settings,
            Settings.TCP_KEEPIDLE);
        put(
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
            settings,
            Settings.TCP_KEEPINTVL);
        put(
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
            settings,
            Settings.TCP_KEEPCNT);
      }
    }
  }

  /** Zero leaves it as the system has it. */
  private void put(ChannelOption<Integer> option, Settings settings, Setting<Integer> setting) {
    int value = settings.get(setting);
    if (value > 0) {
      options.put(option, value);
    }
  }

  @SuppressWarnings("unchecked") // the map holds each option with a value of its type
  Bootstrap apply(Bootstrap bootstrap) {
    options.forEach((option, value) -> bootstrap.option((ChannelOption<Object>) option, value));
    return bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis);
  }

  /** Sets them on the connections that a listener accepts. */
  @SuppressWarnings("unchecked") // the map holds each option with a value of its type
  public ServerBootstrap apply(ServerBootstrap bootstrap) {
    options.forEach(
        (option, value) -> bootstrap.childOption((ChannelOption<Object>) option, value));
    return bootstrap;
  }
}
