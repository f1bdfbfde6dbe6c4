package dev.penstock.pooler.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;

class OwnQueryTest {
  private final List<OwnQuery.Result> results = new ArrayList<>();

  private OwnQuery asked(String encoding, ByteBuf out) {
    OwnQuery query = new OwnQuery("select $1", List.of("it's"), 2, results::add);
    query.write(out, encoding);
    return query;
  }

  @Property
  void whateverAServerAnswersIsAnAnswerOrMalformed(
      @ForAll List<@CharRange(from = '1', to = 'z') Character> types, @ForAll byte[] body) {
    ByteBuf out = Unpooled.buffer();
    OwnQuery query = asked("UTF8", out);
    boolean complete = false;
    try {
      for (char type : types) {
        complete |= query.message((byte) type, Unpooled.wrappedBuffer(body));
      }
    } catch (MalformedMessageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    assertThat(complete && !types.contains('Z')).isFalse();
  }

  @Example
  void theValueIsAParameterAndNotAPartOfTheStatement() {
    ByteBuf out = Unpooled.buffer();
    asked("UTF8", out);

    String sent = out.toString(StandardCharsets.ISO_8859_1);
    assertThat(sent).startsWith("P").contains("select $1\0").contains("\0\0\0\4it's");
    assertThat(sent).doesNotContain("SET");
  }

  @Example
  void aSessionInAnotherEncodingIsPutIntoUtf8FirstAndBothAreAwaited() {
    ByteBuf out = Unpooled.buffer();
    OwnQuery query = asked("LATIN1", out);

    assertThat(out.toString(StandardCharsets.ISO_8859_1)).contains("SET client_encoding TO 'UTF8'");
    assertThat(query.message((byte) 'Z', Unpooled.wrappedBuffer(new byte[] {'I'}))).isFalse();
    assertThat(query.message((byte) 'Z', Unpooled.wrappedBuffer(new byte[] {'I'}))).isTrue();
  }

  @Example
  void theOutcomeIsToldOnceAndShowsNoValues() {
    OwnQuery query = asked("UTF8", Unpooled.buffer());
    byte[] row = {0, 2, 0, 0, 0, 1, 'x', (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    query.message((byte) 'D', Unpooled.wrappedBuffer(row));
    query.answered();
    query.lost("08006", "too late");

    assertThat(results).hasSize(1);
    assertThat(results.getFirst().toString()).isEqualTo("Rows[1]");
    assertThat(((OwnQuery.Result.Rows) results.getFirst()).rows().getFirst())
        .containsExactly("x", null);
  }
}
