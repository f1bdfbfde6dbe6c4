package dev.penstock.pooler.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a server still owes for what it was sent. A server connection is free for another client
 * only when nothing is owed.
 *
 * <p>What was sent is kept in order, one byte each, and struck off as its replies come. Query and
 * FunctionCall are owed a ReadyForQuery each, and so is a Sync; but not a Sync that the server
 * reads while it takes in COPY data, nor a Query that it skips after an error in an extended batch
 * (PostgreSQL, "COPY Operations" and "Extended Query"). Between them stand messages that the pooler
 * sent on its own account, whose replies the client must not see, and replies that the pooler gives
 * itself once those before them have come. Not thread-safe.
 */
public final class OutstandingReplies {
  private static final byte QUERY = 'Q';
  private static final byte SYNC = 'S';
  private static final byte COPY_END = 'c';
  private static final byte OWN_PARSE = 'p';
  private static final byte OWN_CLOSE = 'x';
  private static final int NONE = -1;

  /** What to do when a message will have no effect after all: the server skips it. */
  public interface Undo {
    void run();
  }

  private byte[] owed = new byte[8];
  private @Nullable Undo[] undo = new @Nullable Undo[0];
  private int first;
  private int end;
  private boolean batchOpen;
  private boolean copyIn;
  private boolean skipping;
  private boolean uncertain;

  /** Whether the server owes nothing and awaits no Sync, and that is certain. */
  public boolean isEmpty() {
    return first == end && !batchOpen && !uncertain;
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
    Arrays.fill(undo, null);
    first = 0;
    end = 0;
    batchOpen = false;
    copyIn = false;
    skipping = false;
    uncertain = false;
  }

  /** A message of the client goes to the server. */
  public void sent(byte type) {
    switch (type) {
      case FrontendMessage.QUERY, FrontendMessage.FUNCTION_CALL -> {
        if (!skipping) {
          push(QUERY);
          batchOpen = false;
        }
      }
      case FrontendMessage.PARSE,
          FrontendMessage.BIND,
          FrontendMessage.EXECUTE,
          FrontendMessage.DESCRIBE,
          FrontendMessage.CLOSE -> {
        batchOpen = true;
        if (!skipping) {
          push(type);
        }
      }
      case FrontendMessage.SYNC -> {
        if (!copyIn) {
          skipping = false;
          push(SYNC);
          batchOpen = false;
        }
      }
      case FrontendMessage.COPY_DONE, FrontendMessage.COPY_FAIL -> {
        if (copyIn) {
          copyIn = false;
        } else if (first < end) {
          push(COPY_END);
        }
      }
      default -> {
        // Flush and CopyData are owed nothing.
      }
    }
  }

  /** A Parse of the client goes to the server. */
  public void parseSent(Undo ifSkipped) {
    batchOpen = true;
    push(FrontendMessage.PARSE, ifSkipped);
  }

  /** A Parse of the pooler's own goes to the server. */
  public void ownParseSent(Undo ifSkipped) {
    push(OWN_PARSE, ifSkipped);
  }

  /** A Close of the pooler's own goes to the server. */
  public void ownCloseSent(Undo ifSkipped) {
    push(OWN_CLOSE, ifSkipped);
  }

  /**
   * A message of the client does not go to the server: the pooler answers it.
   *
   * @param reply the type of the answer, ParseComplete or CloseComplete
   */
  public void answeredByPooler(byte reply, Undo ifSkipped) {
    batchOpen = true;
    push(reply, ifSkipped);
  }

  /** Whether the next reply is the pooler's to give. */
  public boolean isPoolersTurn() {
    return first < end
        && (owed[first] == BackendMessage.PARSE_COMPLETE
            || owed[first] == BackendMessage.CLOSE_COMPLETE);
  }

  /** The type of the reply that the pooler gives now; only when it is its turn. */
  public byte poolersReply() {
    return pop();
  }

  /**
   * A message begins that may be the last one of a reply.
   *
   * @return whether it is for the client; {@code false} when it answers the pooler
   */
  public boolean replied(byte type) {
    if (first == end) {
      return true;
    }
    byte awaited = owed[first];
    boolean answers =
        switch (awaited) {
          case FrontendMessage.PARSE, OWN_PARSE -> type == BackendMessage.PARSE_COMPLETE;
          case FrontendMessage.BIND -> type == BackendMessage.BIND_COMPLETE;
          case FrontendMessage.CLOSE, OWN_CLOSE -> type == BackendMessage.CLOSE_COMPLETE;
          case FrontendMessage.DESCRIBE ->
              type == BackendMessage.ROW_DESCRIPTION || type == BackendMessage.NO_DATA;
          case FrontendMessage.EXECUTE ->
              type == BackendMessage.COMMAND_COMPLETE
                  || type == BackendMessage.EMPTY_QUERY_RESPONSE
                  || type == BackendMessage.PORTAL_SUSPENDED;
          default -> false;
        };
    if (answers) {
      pop();
    }
    return !answers || (awaited != OWN_PARSE && awaited != OWN_CLOSE);
  }

  /** The server said CopyInResponse: Syncs up to the end of the copy will not be answered. */
  public void copyInStarted() {
    int copyEnd = indexOf(COPY_END);
    int limit = copyEnd == NONE ? end : copyEnd;
    for (int i = limit - 1; i >= first; i--) {
      if (owed[i] == SYNC) {
        remove(i);
      }
    }
    copyEnd = indexOf(COPY_END);
    if (copyEnd == NONE) {
      copyIn = true;
    } else {
      remove(copyEnd);
    }
    batchOpen = first < end && owed[end - 1] != SYNC && owed[end - 1] != QUERY;
  }

  /** The server said ErrorResponse: of an extended batch, it skips all up to the next Sync. */
  public void errorSeen() {
    copyIn = false;
    if (first == end || endsWithReady(owed[first]) || owed[first] == COPY_END) {
      return;
    }
    int sync = indexOf(SYNC);
    int query = indexOf(QUERY);
    if (query != NONE && (sync == NONE || query < sync)) {
      uncertain = true;
    }
    skipping = sync == NONE;
    int resumed = first;
    while (resumed < end && !endsWithReady(owed[resumed])) {
      resumed++;
    }
    for (int i = Math.min(resumed, undo.length) - 1; i >= first; i--) {
      Undo skipped = undo[i];
      if (skipped != null) {
        // The last one first: what it changed may be what an earlier one had left.
        skipped.run();
      }
    }
    while (first < end && !endsWithReady(owed[first])) {
      pop();
    }
  }

  /**
   * The server said ReadyForQuery.
   *
   * @return whether one was owed
   */
  public boolean readySeen() {
    copyIn = false;
    skipping = false;
    while (first < end && !endsWithReady(owed[first])) {
      pop();
    }
    if (first == end) {
      return uncertain;
    }
    pop();
    while (first < end && owed[first] == COPY_END) {
      pop();
    }
    return true;
  }

  private static boolean endsWithReady(byte item) {
    return item == QUERY || item == SYNC;
  }

  private void push(byte item, Undo ifSkipped) {
    if (skipping) {
      ifSkipped.run();
      return;
    }
    push(item);
    if (undo.length < owed.length) {
      undo = Arrays.copyOf(undo, owed.length);
    }
    undo[end - 1] = ifSkipped;
  }

  private void push(byte item) {
    if (end == owed.length) {
      if (first > end / 2) {
        move(first, 0, end - first);
        end -= first;
        first = 0;
      } else {
        owed = Arrays.copyOf(owed, end * 2);
      }
    }
    owed[end++] = item;
  }

  private byte pop() {
    byte item = owed[first];
    if (first < undo.length) {
      undo[first] = null;
    }
    first++;
    if (first == end) {
      first = 0;
      end = 0;
    }
    return item;
  }

  private int indexOf(byte item) {
    for (int i = first; i < end; i++) {
      if (owed[i] == item) {
        return i;
      }
    }
    return NONE;
  }

  private void remove(int index) {
    move(index + 1, index, end - index - 1);
    end--;
  }

  private void move(int from, int to, int length) {
    System.arraycopy(owed, from, owed, to, length);
    if (to < undo.length) {
      int known = Math.clamp(undo.length - from, 0, length);
      System.arraycopy(undo, from, undo, to, known);
      Arrays.fill(undo, to + known, Math.min(undo.length, from + known), null);
    }
  }
}
