package dev.penstock.pooler.client;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent while it waits for a server connection. Takes no memory while there is
 * nothing. Not thread-safe.
 */
final class Backlog {
  /** Reading stops from here on, in bytes. */
  private static final int FULL = 64 * 1024;

  private @Nullable Deque<ByteBuf> buffers;
  private int bytes;

  boolean isEmpty() {
    return buffers == null;
  }

  boolean isFull() {
    return bytes >= FULL;
  }

  /** Takes over a buffer, to come after the others. */
  void add(ByteBuf buffer) {
    deque().addLast(buffer);
    bytes += buffer.readableBytes();
  }

  /** Takes over a buffer, to come before the others. */
  void putBack(ByteBuf buffer) {
    deque().addFirst(buffer);
    bytes += buffer.readableBytes();
  }

  /** Hands over the first buffer. */
  ByteBuf remove() {
    Deque<ByteBuf> all = deque();
    ByteBuf first = all.removeFirst();
    bytes -= first.readableBytes();
    if (all.isEmpty()) {
      buffers = null;
    }
    return first;
  }

  void clear() {
    while (!isEmpty()) {
      remove().release();
    }
  }

  private Deque<ByteBuf> deque() {
    Deque<ByteBuf> all = buffers;
    if (all == null) {
      all = new ArrayDeque<>(2);
      buffers = all;
    }
    return all;
  }
}
