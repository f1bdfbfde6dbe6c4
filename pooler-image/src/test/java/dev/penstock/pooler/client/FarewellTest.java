package dev.penstock.pooler.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FarewellTest {

  /** The far side reads nothing: no write is ever complete. */
  private static final class Stuck extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      ReferenceCountUtil.release(message);
    }
  }

  @Test
  void aClientIsToldBeforeItsConnectionIsClosed() {
    EmbeddedChannel channel = new EmbeddedChannel();

    new Farewell(channel).say("57P01", "pooler is shutting down");

    ByteBuf told = channel.readOutbound();
    assertThat(told.toString(StandardCharsets.US_ASCII)).startsWith("E").contains("C57P01");
    told.release();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aClientThatDoesNotReadIsCutOffAfterAWhile() {
    EmbeddedChannel channel = new EmbeddedChannel(new Stuck());
    channel.freezeTime();
    new Farewell(channel).say("57014", "query timeout");
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isTrue();

    channel.advanceTimeBy(Farewell.PATIENCE_SECONDS, TimeUnit.SECONDS);
    channel.runPendingTasks();

    assertThat(channel.isOpen()).isFalse();
  }
}
