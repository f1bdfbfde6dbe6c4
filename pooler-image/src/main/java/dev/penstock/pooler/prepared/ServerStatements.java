package dev.penstock.pooler.prepared;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The statements that one server connection knows, the one used longest ago first. Owned by the
 * event loop.
 */
public final class ServerStatements {
  private final SequencedMap<Statement, State> known = new LinkedHashMap<>(16, 0.75F, true);

  /** What a server makes of a statement. */
  public enum State {
    /** Was never told of it, or has closed it. */
    UNKNOWN,
    /** May refuse it for good: what it is about has changed since. It is to close it first. */
    STALE,
    READY
  }

  /** What the server makes of it; if it knows it, it counts as used now. */
  public State use(Statement statement) {
    return known.getOrDefault(statement, State.UNKNOWN);
  }

  /** The server is told of it. */
  public void add(Statement statement) {
    if (known.put(statement, State.READY) == null) {
      statement.retain();
    }
  }

  /** The server has refused one for what has changed since; it may refuse any. */
  public void distrust() {
    known.replaceAll((_, _) -> State.STALE);
  }

  /**
   * Forgets the one used longest ago if there are {@code most} or more.
   *
   * @return the one that the server is to close, null when there is room
   */
  public @Nullable Statement makeRoom(int most) {
    if (known.size() < most) {
      return null;
    }
    Statement eldest = known.firstEntry().getKey();
    remove(eldest);
    return eldest;
  }

  /** The server does not know it after all. */
  public void remove(Statement statement) {
    if (known.remove(statement) != null) {
      statement.release();
    }
  }

  /** The server has forgotten all. */
  public void clear() {
    known.keySet().forEach(Statement::release);
    known.clear();
  }

  /** How many it knows. */
  public int size() {
    return known.size();
  }

  /** Whether it knows none. */
  public boolean isEmpty() {
    return known.isEmpty();
  }
}
