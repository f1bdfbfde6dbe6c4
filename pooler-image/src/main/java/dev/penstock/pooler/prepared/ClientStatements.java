package dev.penstock.pooler.prepared;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one client calls the statements it has prepared. Owned by the event loop. */
public final class ClientStatements {
  private Map<String, Statement> byName = Map.of();

  /** The statement of that name, null when there is none. */
  public @Nullable Statement named(String name) {
    return byName.get(name);
  }

  /** How many there are. */
  public int size() {
    return byName.size();
  }

  /** Whether there is none at all. */
  public boolean isEmpty() {
    return byName.isEmpty();
  }

  /** Gives a statement a name; another one loses it. */
  public void add(String name, Statement statement) {
    if (byName.isEmpty()) {
      // Most clients prepare nothing; those need no map.
      byName = new HashMap<>();
    }
    statement.retain();
    Statement before = byName.put(name, statement);
    if (before != null) {
      before.release();
    }
  }

  /** Forgets that name, if there is a statement of it. */
  public void remove(String name) {
    if (byName.isEmpty()) {
      return;
    }
    Statement statement = byName.remove(name);
    if (statement != null) {
      statement.release();
    }
  }

  /** Forgets all. */
  public void clear() {
    byName.values().forEach(Statement::release);
    byName = Map.of();
  }
}
