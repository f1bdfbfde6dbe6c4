package dev.penstock.pooler.server;

import dev.penstock.pooler.auth.ServerSecret;
import dev.penstock.pooler.config.Database;
import dev.penstock.pooler.config.StoredSecret;
import dev.penstock.pooler.config.UserList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the pooler logs in to servers with: the database's own password, else the user's in the
 * {@code auth_file}, else the keys that the user's own login has revealed (a SCRAM secret alone
 * opens nothing). Owned by the event loop.
 */
public final class Credentials {
  private final Supplier<UserList> users;
  private final Map<String, ServerSecret> revealed = new HashMap<>();

  /**
   * @param users the users as they are now; never blocks
   */
  public Credentials(Supplier<UserList> users) {
    this.users = users;
  }

  /** The user's stored secret, null when there is no such user. */
  public @Nullable StoredSecret stored(String user) {
    return users.get().secret(user);
  }

  /** A client has logged in as this user. */
  public void learn(String user, ServerSecret secret) {
    if (secret instanceof ServerSecret.Scram) {
      revealed.put(user, secret);
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
    return stored == null ? new ServerSecret.None() : ServerSecret.of(stored);
  }
}
