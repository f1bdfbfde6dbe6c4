package dev.penstock.pooler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.wire.FrameScanner.Handling;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameScannerTest {

  /** Writes down what it is told; the type of a frame says how it is handled. */
  private static final class Recorder implements FrameScanner.Sink {
    final ByteBuf forwarded = Unpooled.buffer();
    final List<String> events = new ArrayList<>();
    boolean stopAtStop = true;

    @Override
    public Handling begin(byte type, int bodyLength) {
      return switch ((char) type) {
        case 'Z' -> Handling.PEEK;
        case 'S' -> Handling.HOLD;
        case 'N' -> Handling.DISCARD;
        case 'P' -> Handling.REWRITE;
        case '!' -> stopAtStop ? Handling.STOP : Handling.FORWARD;
        default -> Handling.FORWARD;
      };
    }

    @Override
    public void forward(ByteBuf source, int index, int length) {
      forwarded.writeBytes(source, index, length);
    }

    @Override
    public void peeked(byte type, byte first) {
      events.add("peeked %c %c after %d".formatted(type, first, forwarded.writerIndex()));
    }

    /** What stands before an equals sign is replaced, unless it begins with a dash. */
    @Override
    public int head(byte type, int bodyLength, ByteBuf source, int index, int available) {
      if (available > 0 && source.getByte(index) == '-') {
        return 0;
      }
      int end = source.indexOf(index, index + available, (byte) '=');
      return end < 0 ? FrameScanner.MORE : end - index;
    }

    @Override
    public void rewrite(byte type, int bodyLength, ByteBuf source, int index, int length) {
      events.add("instead of " + source.toString(index, length, StandardCharsets.US_ASCII));
      forwarded.writeByte(type).writeInt(4 + bodyLength - length + 3);
      forwarded.writeBytes("new".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void held(byte type, ByteBuf body) {
      events.add("held %c %s".formatted(type, body.toString(StandardCharsets.US_ASCII)));
    }
  }

  private static ByteBuf frames(String... frames) {
    ByteBuf out = Unpooled.buffer();
    for (String frame : frames) {
      byte[] body = frame.substring(1).getBytes(StandardCharsets.US_ASCII);
      out.writeByte(frame.charAt(0)).writeInt(4 + body.length).writeBytes(body);
    }
    return out;
  }

  private static ByteBuf transcript() {
    return frames("T row description", "D one", "D", "Sname=value", "D two", "Nnotice", "C", "ZI");
  }

  private static final List<String> EVENTS =
      List.of(
          "held S name=value",
          "peeked Z I after "
              + frames("T row description", "D one", "D", "D two", "C", "ZI").readableBytes());

  @Test
  void aTranscriptInOneBufferIsForwardedPeekedAndHeld() {
    Recorder recorder = new Recorder();
    FrameScanner scanner = new FrameScanner(100, 1000);

    assertThat(scanner.scan(transcript(), recorder)).isTrue();

    assertThat(recorder.forwarded)
        .isEqualTo(frames("T row description", "D one", "D", "D two", "C", "ZI"));
    assertThat(recorder.events).isEqualTo(EVENTS);
    assertThat(scanner.atBoundary()).isTrue();
  }

  @Test
  void cuttingATranscriptAtAnyTwoBytesChangesNothing() {
    ByteBuf whole = transcript();
    for (int first = 0; first <= whole.readableBytes(); first++) {
      for (int second = first; second <= whole.readableBytes(); second++) {
        Recorder recorder = new Recorder();
        FrameScanner scanner = new FrameScanner(100, 1000);
        scanner.scan(whole.copy(0, first), recorder);
        scanner.scan(whole.copy(first, second - first), recorder);
        scanner.scan(whole.copy(second, whole.readableBytes() - second), recorder);

        assertThat(recorder.forwarded)
            .isEqualTo(frames("T row description", "D one", "D", "D two", "C", "ZI"));
        assertThat(recorder.events).isEqualTo(EVENTS);
        assertThat(scanner.atBoundary()).isTrue();
      }
    }
  }

  @Test
  void aStoppedScanGoesOnWithTheSameFrameWhereverItsHeaderWasCut() {
    ByteBuf whole = frames("Q before", "!stop here", "Q after");
    for (int cut = 0; cut <= whole.readableBytes(); cut++) {
      Recorder recorder = new Recorder();
      FrameScanner scanner = new FrameScanner(100, 1000);
      List<ByteBuf> unread = new ArrayList<>();
      for (ByteBuf part :
          List.of(whole.copy(0, cut), whole.copy(cut, whole.readableBytes() - cut))) {
        if (!unread.isEmpty() || !scanner.scan(part, recorder)) {
          unread.add(part);
        }
      }
      assertThat(recorder.forwarded).isEqualTo(frames("Q before"));

      recorder.stopAtStop = false;
      unread.forEach(part -> assertThat(scanner.scan(part, recorder)).isTrue());

      assertThat(recorder.forwarded).isEqualTo(whole);
    }
  }

  @Test
  void aLengthBelowItsOwnFieldIsRefused() {
    ByteBuf malformed = Unpooled.buffer().writeByte('Q').writeInt(3);
    assertThatThrownBy(() -> new FrameScanner(100, 1000).scan(malformed, new Recorder()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("invalid length of 3");
  }

  @Test
  void aNegativeLengthIsRefused() {
    ByteBuf malformed = Unpooled.buffer().writeByte('Q').writeInt(-5);
    assertThatThrownBy(() -> new FrameScanner(100, 1000).scan(malformed, new Recorder()))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aHeldFrameAboveTheLimitIsRefusedBeforeItIsGathered() {
    ByteBuf header = Unpooled.buffer().writeByte('S').writeInt(4 + 101);
    assertThatThrownBy(() -> new FrameScanner(100, 1000).scan(header, new Recorder()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void aHaltedScannerDropsWhatFollows() {
    Recorder recorder = new Recorder();
    FrameScanner scanner = new FrameScanner(100, 1000);
    scanner.halt();

    assertThat(scanner.scan(transcript(), recorder)).isTrue();

    assertThat(recorder.forwarded.isReadable()).isFalse();
    assertThat(recorder.events).isEmpty();
  }

  @Test
  void theHeadOfAFrameIsReplacedWhereverItIsCut() {
    ByteBuf whole = frames("Q one", "Pname=value", "P-name=value", "Pn=", "Q two");
    for (int first = 0; first <= whole.readableBytes(); first++) {
      for (int second = first; second <= whole.readableBytes(); second++) {
        Recorder recorder = new Recorder();
        FrameScanner scanner = new FrameScanner(100, 1000);
        scanner.scan(whole.copy(0, first), recorder);
        scanner.scan(whole.copy(first, second - first), recorder);
        scanner.scan(whole.copy(second, whole.readableBytes() - second), recorder);

        assertThat(recorder.forwarded)
            .isEqualTo(frames("Q one", "Pnew=value", "P-name=value", "Pnew=", "Q two"));
        assertThat(recorder.events).containsExactly("instead of name", "instead of n");
        assertThat(scanner.atBoundary()).isTrue();
      }
    }
  }

  @Test
  void aFrameThatEndsBeforeItsHeadDoesIsRefused() {
    assertThatThrownBy(() -> new FrameScanner(100, 1000).scan(frames("Pno sign"), new Recorder()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("ends within its first fields");
  }

  @Test
  void aHeadThatDoesNotEndWithinTheLimitIsRefused() {
    assertThatThrownBy(
            () -> new FrameScanner(100, 1000).scan(frames("P" + "n".repeat(101)), new Recorder()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("too large");
  }
}
