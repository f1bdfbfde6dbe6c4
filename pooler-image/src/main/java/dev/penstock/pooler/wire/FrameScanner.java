package dev.penstock.pooler.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks the frames of one direction of a connection over the buffers as they arrive, without
 * gathering them: a run of forwarded frames, or of parts of them, leaves as a slice of the buffer
 * it came in. A frame is a type byte, a four-byte length that counts itself, and a body
 * (PostgreSQL, "Message Formats").
 *
 * <p>Only a header that is cut by the end of a buffer is kept (at most four bytes), and the body of
 * a frame that the sink asked to hold (at most the limit given). Not thread-safe.
 */
public final class FrameScanner {
  private static final int HEADER = 5;
  private static final int LENGTH_FIELD = 4;
  private static final int NOT_HERE = -1;

  /** What is to become of a frame. */
  public enum Handling {
    /** Passed on as it arrives. */
    FORWARD,
    /** Passed on as it arrives; {@link Sink#peeked} follows its last byte. */
    PEEK,
    /** Gathered and given to {@link Sink#held}; not passed on. */
    HOLD,
    /** Dropped as it arrives. */
    DISCARD,
    /**
     * Gathered only until {@link Sink#head} can tell what replaces its head; the rest is passed on
     * as it arrives.
     */
    REWRITE,
    /** Left unread, with all that follows; the same frame begins the next scan. */
    STOP
  }

  /** Who is told of frames. */
  public interface Sink {

    /** A frame begins. Decides what becomes of it. */
    Handling begin(byte type, int bodyLength);

    /** Bytes to pass on; they are the caller's, retain a slice to keep them. */
    void forward(ByteBuf source, int index, int length);

    /** A peeked frame is complete and was passed on; {@code first} is 0 when it has no body. */
    void peeked(byte type, byte first);

    /** A held frame is complete; the body is the caller's. */
    void held(byte type, ByteBuf body);

    /**
     * How much of the body of a frame to rewrite is replaced. Called again with more of it until it
     * can tell.
     *
     * @param available bytes of the body at {@code index}, all of it when they are {@code
     *     bodyLength}
     * @return {@link #MORE} when that cannot be told yet, 0 to pass the frame on as it is, or the
     *     number of bytes that {@link #rewrite} replaces
     */
    default int head(byte type, int bodyLength, ByteBuf source, int index, int available) {
      return 0;
    }

    /**
     * Replaces the header and the first {@code length} bytes of the body; all before it has been
     * passed on, and what is left of the body is after this.
     */
    default void rewrite(byte type, int bodyLength, ByteBuf source, int index, int length) {
      throw new IllegalStateException("no frame is to be rewritten");
    }
  }

  /** What {@link Sink#head} answers when it must see more. */
  public static final int MORE = -1;

  /** The frame goes on as it is, in one run with those before it. */
  private static final int UNDISTURBED = -1;

  private final int holdLimit;
  private final int bodyLimit;
  private final byte[] header = new byte[HEADER];
  private int headerBytes;
  private boolean inFrame;
  private byte type;
  private int bodyLength;
  private int bodyLeft;
  private Handling handling = Handling.FORWARD;
  private boolean firstSeen;
  private byte first;
  private @Nullable ByteBuf held;
  private boolean halted;

  /**
   * @param holdLimit most bytes of a body that are gathered
   * @param bodyLimit largest body in bytes that is accepted at all
   */
  public FrameScanner(int holdLimit, int bodyLimit) {
    this.holdLimit = holdLimit;
    this.bodyLimit = bodyLimit;
  }

  /** Whether no frame is half passed on; a header that is cut is kept back and does not count. */
  public boolean atBoundary() {
    return !inFrame;
  }

  /** Ends the scan in progress and makes every later one drop its input. */
  public void halt() {
    halted = true;
    ByteBuf body = held;
    held = null;
    if (body != null) {
      body.release();
    }
  }

  /**
   * Scans what is readable.
   *
   * @return whether all of it was consumed; {@code false} when the sink said {@link Handling#STOP},
   *     with the reader index at the bytes to scan next
   * @throws MalformedMessageException for a length that cannot be, or a frame to hold that is too
   *     large
   */
  public boolean scan(ByteBuf in, Sink sink) {
    int end = in.writerIndex();
    int index = in.readerIndex();
    int run = index;
    while (!halted) {
      int frameStart = NOT_HERE;
      if (!inFrame) {
        boolean whole = headerBytes == 0 && end - index >= HEADER;
        if (!whole) {
          passOn(in, run, index, sink);
          while (headerBytes < HEADER && index < end) {
            header[headerBytes++] = in.getByte(index++);
          }
          run = index;
          if (headerBytes < HEADER) {
            break;
          }
        }
        byte frameType = whole ? in.getByte(index) : header[0];
        int length = bodyLength(frameType, whole ? in.getInt(index + 1) : splitLength());
        Handling chosen = sink.begin(frameType, length);
        if (chosen == Handling.STOP) {
          passOn(in, run, index, sink);
          in.readerIndex(index);
          return false;
        }
        enter(frameType, length, chosen);
        headerBytes = 0;
        boolean keptBack = chosen == Handling.HOLD || chosen == Handling.DISCARD;
        if (whole) {
          if (keptBack) {
            passOn(in, run, index, sink);
          }
          frameStart = index;
          index += HEADER;
        } else if (!keptBack && chosen != Handling.REWRITE) {
          passOnHeader(sink);
        }
        if (keptBack) {
          run = index;
        }
      }
      if (handling == Handling.REWRITE) {
        int next = rewrite(in, run, frameStart, index, Math.min(bodyLeft, end - index), sink);
        if (next != UNDISTURBED) {
          index = next;
          run = next;
        }
      }
      int taken = Math.min(bodyLeft, end - index);
      take(in, index, taken);
      index += taken;
      bodyLeft -= taken;
      if (handling == Handling.HOLD || handling == Handling.DISCARD) {
        run = index;
      }
      if (bodyLeft > 0) {
        break;
      }
      inFrame = false;
      if (handling == Handling.PEEK) {
        passOn(in, run, index, sink);
        run = index;
        sink.peeked(type, first);
      } else if (handling == Handling.HOLD) {
        complete(sink);
      }
    }
    passOn(in, run, index, sink);
    in.readerIndex(end);
    return true;
  }

  /**
   * Lets the sink replace the head of the frame that begins, or has begun before.
   *
   * @param frameStart where its header is in this buffer, {@link #NOT_HERE} when it came before
   * @return where to go on, with nothing left to pass on before that; or {@link #UNDISTURBED}
   */
  private int rewrite(ByteBuf in, int run, int frameStart, int index, int available, Sink sink) {
    if (held == null) {
      int length = sink.head(type, bodyLength, in, index, available);
      if (length == 0 && frameStart != NOT_HERE) {
        handling = Handling.FORWARD;
        return UNDISTURBED;
      }
      if (frameStart != NOT_HERE) {
        passOn(in, run, frameStart, sink);
      }
      if (length == 0) {
        handling = Handling.FORWARD;
        passOnHeader(sink);
        return index;
      }
      if (length > 0) {
        handling = Handling.FORWARD;
        bodyLeft -= length;
        sink.rewrite(type, bodyLength, in, index, length);
        return index + length;
      }
      held = Unpooled.buffer();
    }
    gather(in, index, available, sink);
    return index + available;
  }

  private void gather(ByteBuf in, int index, int available, Sink sink) {
    ByteBuf gathered = Objects.requireNonNull(held);
    if (gathered.readableBytes() + available > holdLimit) {
      throw tooLarge(type, bodyLength);
    }
    gathered.writeBytes(in, index, available);
    bodyLeft -= available;
    int length = sink.head(type, bodyLength, gathered, 0, gathered.readableBytes());
    if (length == MORE) {
      if (bodyLeft == 0) {
        throw new MalformedMessageException(
            "message of type '%c' ends within its first fields".formatted((char) type));
      }
      return;
    }
    handling = Handling.FORWARD;
    held = null;
    try {
      if (length == 0) {
        passOnHeader(sink);
      } else {
        sink.rewrite(type, bodyLength, gathered, 0, length);
      }
      passOn(gathered, length, gathered.writerIndex(), sink);
    } finally {
      gathered.release();
    }
  }

  private MalformedMessageException tooLarge(byte frameType, int length) {
    return new MalformedMessageException(
        "message of type '%c' is too large: %d bytes, at most %d are accepted"
            .formatted((char) frameType, length, holdLimit));
  }

  private void enter(byte frameType, int length, Handling chosen) {
    type = frameType;
    handling = chosen;
    bodyLength = length;
    bodyLeft = length;
    inFrame = true;
    firstSeen = false;
    first = 0;
    if (chosen == Handling.HOLD) {
      if (length > holdLimit) {
        throw tooLarge(frameType, length);
      }
      held = Unpooled.buffer(length);
    }
  }

  private void take(ByteBuf in, int index, int length) {
    if (length == 0) {
      return;
    }
    if (handling == Handling.PEEK && !firstSeen) {
      first = in.getByte(index);
      firstSeen = true;
    }
    if (held != null) {
      held.writeBytes(in, index, length);
    }
  }

  private void complete(Sink sink) {
    ByteBuf body = held;
    held = null;
    if (body != null) {
      try {
        sink.held(type, body);
      } finally {
        body.release();
      }
    }
  }

  private void passOn(ByteBuf in, int from, int to, Sink sink) {
    if (from < to && !halted) {
      sink.forward(in, from, to - from);
    }
  }

  private void passOnHeader(Sink sink) {
    ByteBuf copy = Unpooled.buffer(HEADER).writeByte(type).writeInt(LENGTH_FIELD + bodyLength);
    try {
      sink.forward(copy, 0, HEADER);
    } finally {
      copy.release();
    }
  }

  private int splitLength() {
    return (header[1] & 0xff) << 24
        | (header[2] & 0xff) << 16
        | (header[3] & 0xff) << 8
        | (header[4] & 0xff);
  }

  private int bodyLength(byte frameType, int length) {
    if (length < LENGTH_FIELD || length - LENGTH_FIELD > bodyLimit) {
      throw new MalformedMessageException(
          "message of type 0x%02x has an invalid length of %d".formatted(frameType, length));
    }
    return length - LENGTH_FIELD;
  }
}
