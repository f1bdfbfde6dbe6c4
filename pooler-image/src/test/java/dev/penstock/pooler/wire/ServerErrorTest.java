package dev.penstock.pooler.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerErrorTest {

  private static ServerError read(String body) {
    return ServerError.read(Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
  }

  @Test
  void theFieldsAreRead() {
    assertThat(read("SFATAL\0C28000\0Mno\0Dsecret\0\0"))
        .isEqualTo(new ServerError("FATAL", "28000", "no"));
  }

  @Test
  void whatTheServerLeftOutOrCutShortIsReplaced() {
    assertThat(read("SFATAL\0Mno\0\0").sqlState()).isEqualTo("XX000");
    assertThat(read("C\0M\0\0").sqlState()).isEqualTo("XX000");
    for (String body : new String[] {"", "\0", "C", "C2800", "S\0C28000"}) {
      assertThat(read(body).sqlState()).as(body).isEqualTo("XX000");
    }
  }
}
