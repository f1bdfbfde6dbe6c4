package dev.penstock.pooler.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.config.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.InetAddress;
import java.net.ServerSocket;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

class SocketOptionsTest {

  private static Settings settings() throws Exception {
    return Settings.defaults()
        .with(Settings.TCP_KEEPIDLE, "7")
        .with(Settings.TCP_KEEPINTVL, "3")
        .with(Settings.TCP_KEEPCNT, "4")
        .with(Settings.TCP_USER_TIMEOUT, "60000");
  }

  private static Channel connect(EventLoops loops, ServerSocket listener) throws Exception {
    Bootstrap bootstrap =
        new SocketOptions(settings(), loops.transport())
            .apply(loops.connecting())
            .handler(new ChannelInboundHandlerAdapter());
    return bootstrap.connect(listener.getLocalSocketAddress()).sync().channel();
  }

  @Test
  void theSystemIsToldOfEachSettingWithEpoll() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EventLoops loops = EventLoops.start(Transport.EPOLL)) {
      Channel channel = connect(loops, listener);
      assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
      assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(7);
      assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(3);
      assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(4);
      assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(60_000);
      channel.close().sync();
    }
  }

  @Test
  void theSystemIsToldOfKeepaliveWithNio() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        EventLoops loops = EventLoops.start(Transport.NIO)) {
      Channel channel = connect(loops, listener);
      assertThat(
              channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)))
          .isEqualTo(7);
      assertThat(
              channel
                  .config()
                  .getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)))
          .isEqualTo(3);
      assertThat(
              channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)))
          .isEqualTo(4);
      channel.close().sync();
    }
  }
}
