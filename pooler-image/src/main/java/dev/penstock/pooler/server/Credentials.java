package dev.penstock.pooler.server;

import dev.penstock.pooler.auth.ServerSecret;
import dev.penstock.pooler.config.Database;
import dev.penstock.pooler.config.StoredSecret;
import dev.penstock.pooler.config.UserList;
import dev.penstock.pooler.pool.PoolKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the pooler logs in to servers with: the database's own password, else the user's in the
 * {@code auth_file}, else what {@code auth_query} has said of the user; where that is a SCRAM
 * secret, which alone opens nothing, the keys that the user's own login has revealed. Only who has
 * logged in leaves anything here. Owned by the event loop.
 */
public final class Credentials {
  /** Who falls out is known again with the next login of a client. */
  private static final int MOST_LOOKED_UP = 100_000;

  private final Supplier<UserList> users;
  private final Map<String, ServerSecret> revealed = new HashMap<>();
  private final Map<PoolKey, ServerSecret> lookedUp =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PoolKey, ServerSecret> eldest) {
          return size() > MOST_LOOKED_UP;
        }
      };

  /**
   * @param users the users as they are now; never blocks
   */
  public Credentials(Supplier<UserList> users) {
    this.users = users;
  }

  /** The user's secret in the {@code auth_file}, null when there is no such user. */
  public @Nullable StoredSecret stored(String user) {
    return users.get().secret(user);
  }

  /** A client has logged in as this user, who stands in the {@code auth_file}. */
  public void learn(String user, ServerSecret secret) {
    if (secret instanceof ServerSecret.Scram) {
      revealed.put(user, secret);
    }
  }

  /** A client has logged in as this user, of whom {@code auth_query} has said something. */
  public void learn(PoolKey key, ServerSecret secret) {
    if (!(secret instanceof ServerSecret.None)) {
      lookedUp.put(key, secret);
    }
  }

  ServerSecret of(Database database, String user) {
    String password = database.password();
    String forced = database.user();
    if (password != null && (forced == null || forced.equals(user))) {
      return ServerSecret.of(StoredSecret.of(password));
    }
    StoredSecret stored = stored(user);
    if (stored instanceof StoredSecret.Scram) {
      return revealed.getOrDefault(user, new ServerSecret.None());
    }
    return stored == null
        ? lookedUp.getOrDefault(new PoolKey(database.name(), user), new ServerSecret.None())
        : ServerSecret.of(stored);
  }
}
