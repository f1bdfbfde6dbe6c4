package dev.penstock.pooler.client;

import dev.penstock.pooler.config.Database;
import dev.penstock.pooler.config.PoolMode;
import dev.penstock.pooler.config.PoolSettings;
import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.pool.PoolKey;
import dev.penstock.pooler.pool.Waiter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which pool a client is of: that of the database it has asked for, and of whom the configuration
 * logs in there as. Owned by the event loop.
 */
final class Membership {
  private final Service service;
  private String database = "";
  private String user = "";
  private @Nullable Pool pool;
  private PoolMode mode = PoolMode.SESSION;

  Membership(Service service) {
    this.service = service;
  }

  /** What the client has asked for, and who it says it is. */
  void named(String askedFor, String by) {
    database = askedFor;
    user = by;
  }

  /** What the client has asked for; empty before that. */
  String database() {
    return database;
  }

  /** Who the client is; empty before it has said so. */
  String user() {
    return user;
  }

  boolean isForConsole() {
    return database.equals(Console.DATABASE);
  }

  /** Null before the login is complete, and of a client of the console. */
  @Nullable Pool pool() {
    return pool;
  }

  /** Only of who has joined. */
  Pool joined() {
    return Objects.requireNonNull(pool, "not logged in");
  }

  @Nullable PoolSettings settings() {
    Pool own = pool;
    return own == null ? null : own.settings();
  }

  /** Whether a server connection stays the client's until it leaves; settled when it joins. */
  boolean isPerSession() {
    return mode == PoolMode.SESSION;
  }

  Pool join(Database wanted) {
    Pool joined = poolOf(wanted);
    joined.join();
    pool = joined;
    mode = joined.settings().mode();
    return joined;
  }

  /**
   * Changes to the pool that the configuration has the client in now.
   *
   * @param client waits no longer in the pool before
   * @return whether that is another one
   */
  boolean rejoin(Waiter client) {
    Pool before = pool;
    Database wanted = before == null ? null : service.config().database(database);
    if (before == null || wanted == null) {
      return false;
    }
    Pool now = poolOf(wanted);
    if (now.equals(before)) {
      return false;
    }
    before.giveUp(client);
    before.leave();
    now.takeOver();
    pool = now;
    return true;
  }

  /** The client waits no longer, and has gone. */
  void leave(Waiter client) {
    Pool own = pool;
    if (own != null) {
      own.giveUp(client);
      own.leave();
    }
  }

  /** Where the database says whom to log in as, all its clients share one pool. */
  private Pool poolOf(Database wanted) {
    String forced = wanted.user();
    String login = forced == null ? user : forced;
    return service.pools().pool(new PoolKey(database, login), service.config().pool(wanted, login));
  }

  @Override
  public String toString() {
    return (database.isEmpty() ? "(nodb)" : database) + "/" + (user.isEmpty() ? "(nouser)" : user);
  }
}
