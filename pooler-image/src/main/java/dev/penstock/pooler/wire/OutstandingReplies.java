package dev.penstock.pooler.wire;

import java.util.Arrays;

/**
 * How many ReadyForQuery messages a server still owes for what it was sent. A server connection is
 * free for another client only when none is owed.
 *
 * <p>Query and FunctionCall are owed one each, and so is a Sync; but not a Sync that the server
 * reads while it takes in COPY data, nor a Query that it skips after an error in an extended batch
 * (PostgreSQL, "COPY Operations" and "Extended Query"). What was sent is therefore kept in order,
 * one byte each. Not thread-safe.
 */
public final class OutstandingReplies {
  private static final byte EXTENDED = 'X';
  private static final byte QUERY = 'Q';
  private static final byte SYNC = 'S';
  private static final byte COPY_END = 'C';

  private byte[] sent = new byte[8];
  private int size;
  private boolean copyIn;
  private boolean skipping;
  private boolean uncertain;

  /** Whether the server owes nothing, and that is certain. */
  public boolean isEmpty() {
    return size == 0 && !uncertain;
  }

  /**
   * Whether the count has been lost: a Query followed an extended batch without a Sync, and an
   * error left open which of them failed. Such a connection must not be used by another client.
   */
  public boolean isUncertain() {
    return uncertain;
  }

  /** Forgets all, for a new client. */
  public void clear() {
    size = 0;
    copyIn = false;
    skipping = false;
    uncertain = false;
  }

  /** A message of this type goes to the server. */
  public void sent(byte type) {
    switch (type) {
      case FrontendMessage.QUERY, FrontendMessage.FUNCTION_CALL -> {
        if (!skipping) {
          push(QUERY);
        }
      }
      case FrontendMessage.PARSE,
          FrontendMessage.BIND,
          FrontendMessage.EXECUTE,
          FrontendMessage.DESCRIBE,
          FrontendMessage.CLOSE -> {
        if (!skipping && (size == 0 || sent[size - 1] != EXTENDED)) {
          push(EXTENDED);
        }
      }
      case FrontendMessage.SYNC -> {
        if (!copyIn) {
          skipping = false;
          push(SYNC);
        }
      }
      case FrontendMessage.COPY_DONE, FrontendMessage.COPY_FAIL -> {
        if (copyIn) {
          copyIn = false;
        } else if (size > 0) {
          push(COPY_END);
        }
      }
      default -> {
        // Flush and CopyData are owed nothing.
      }
    }
  }

  /** The server said CopyInResponse: Syncs up to the end of the copy will not be answered. */
  public void copyInStarted() {
    int end = indexOf(COPY_END, 0);
    int limit = end < 0 ? size : end;
    removeAll(SYNC, 0, limit);
    if (end < 0) {
      copyIn = true;
    } else {
      remove(indexOf(COPY_END, 0));
    }
  }

  /** The server said ErrorResponse. */
  public void errorSeen() {
    copyIn = false;
    if (size == 0 || sent[0] != EXTENDED) {
      return;
    }
    int sync = indexOf(SYNC, 0);
    int query = indexOf(QUERY, 0);
    if (query >= 0 && (sync < 0 || query < sync)) {
      uncertain = true;
    }
    skipping = sync < 0;
  }

  /**
   * The server said ReadyForQuery.
   *
   * @return whether one was owed
   */
  public boolean readySeen() {
    copyIn = false;
    skipping = false;
    int answered = 0;
    while (answered < size && sent[answered] != QUERY && sent[answered] != SYNC) {
      answered++;
    }
    if (answered == size) {
      return uncertain;
    }
    answered++;
    while (answered < size && sent[answered] == COPY_END) {
      answered++;
    }
    System.arraycopy(sent, answered, sent, 0, size - answered);
    size -= answered;
    return true;
  }

  private void push(byte item) {
    if (size == sent.length) {
      sent = Arrays.copyOf(sent, size * 2);
    }
    sent[size++] = item;
  }

  private int indexOf(byte item, int from) {
    for (int i = from; i < size; i++) {
      if (sent[i] == item) {
        return i;
      }
    }
    return -1;
  }

  private void remove(int index) {
    System.arraycopy(sent, index + 1, sent, index, size - index - 1);
    size--;
  }

  private void removeAll(byte item, int from, int to) {
    int kept = from;
    for (int i = from; i < size; i++) {
      if (i >= to || sent[i] != item) {
        sent[kept++] = sent[i];
      }
    }
    size = kept;
  }
}
