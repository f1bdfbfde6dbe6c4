package dev.penstock.pooler.prepared;

import java.util.HashMap;
import java.util.Map;

/**
 * All statements that a client or a server connection knows, each once. Owned by the event loop.
 */
public final class Statements {
  private final Map<Definition, Statement> known = new HashMap<>();
  private long last;

  /**
   * The statement of that definition.
   *
   * @param tail the body of its Parse after the name; the caller gives it away
   */
  public Statement of(byte[] tail) {
    return known.computeIfAbsent(
        new Definition(tail), definition -> new Statement(definition, ++last, this));
  }

  /** How many there are. */
  public int size() {
    return known.size();
  }

  void forget(Statement statement) {
    known.remove(statement.definition(), statement);
  }
}
