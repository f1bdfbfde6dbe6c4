package dev.penstock.pooler.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
  }

  private final int holdLimit;
  private final int bodyLimit;
  private final byte[] header = new byte[HEADER];
  private int headerBytes;
  private boolean inFrame;
  private byte type;
  private int bodyLeft;
  private Handling handling = Handling.FORWARD;
  private boolean firstSeen;
  private byte first;
  private @Nullable ByteBuf held;
  private boolean halted;

  /**
   * @param holdLimit largest body in bytes that is gathered
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
        int bodyLength = bodyLength(frameType, whole ? in.getInt(index + 1) : splitLength());
        Handling chosen = sink.begin(frameType, bodyLength);
        if (chosen == Handling.STOP) {
          passOn(in, run, index, sink);
          in.readerIndex(index);
          return false;
        }
        enter(frameType, bodyLength, chosen);
        boolean passedOn = chosen == Handling.FORWARD || chosen == Handling.PEEK;
        if (whole) {
          if (!passedOn) {
            passOn(in, run, index, sink);
          }
          index += HEADER;
        } else if (passedOn) {
          passOnHeader(sink);
        }
        headerBytes = 0;
        if (!passedOn) {
          run = index;
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

  private void enter(byte frameType, int bodyLength, Handling chosen) {
    type = frameType;
    handling = chosen;
    bodyLeft = bodyLength;
    inFrame = true;
    firstSeen = false;
    first = 0;
    if (chosen == Handling.HOLD) {
      if (bodyLength > holdLimit) {
        throw new MalformedMessageException(
            "message of type '%c' is too large: %d bytes, at most %d are accepted"
                .formatted((char) frameType, bodyLength, holdLimit));
      }
      held = Unpooled.buffer(bodyLength);
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
    ByteBuf copy = Unpooled.copiedBuffer(header);
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
