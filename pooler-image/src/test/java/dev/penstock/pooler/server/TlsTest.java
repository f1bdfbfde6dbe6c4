package dev.penstock.pooler.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.auth.Certificates;
import dev.penstock.pooler.config.TlsMode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class TlsTest {

  @Test
  void theDearPartOfAHandshakeIsDoneElsewhere() throws SSLException {
    var authority = new Certificates("test authority");
    var issued = authority.issue("localhost", "localhost");
    SslContext context =
        SslContextBuilder.forServer(issued.keys().getPrivate(), issued.certificate()).build();
    List<Runnable> work = new ArrayList<>();
    var channel =
        new EmbeddedChannel(
            new Tls(TlsMode.REQUIRE, () -> context).handler(ByteBufAllocator.DEFAULT, work::add));
    SSLEngine client = authority.context(null).createSSLEngine();
    client.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    var _ = client.wrap(ByteBuffer.allocate(0), hello);

    channel.writeInbound(Unpooled.wrappedBuffer(hello.flip()));
    assertThat(work).isNotEmpty();
    assertThat(channel.outboundMessages()).isEmpty();
    while (!work.isEmpty()) {
      work.removeFirst().run();
      channel.runPendingTasks();
    }
    ByteBuf answer = channel.readOutbound();
    assertThat(answer.isReadable()).isTrue();
    answer.release();
    var _ = channel.close();
  }
}
