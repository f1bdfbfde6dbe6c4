package dev.penstock.pooler.console;

import dev.penstock.pooler.client.Console;
import dev.penstock.pooler.config.Database;
import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.config.User;
import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.pool.PoolKey;
import dev.penstock.pooler.pool.Slot;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code SHOW DATABASES}, {@code USERS} and {@code PEERS}. */
final class DatabaseTables {
  private final Inside inside;

  DatabaseTables(Inside inside) {
    this.inside = inside;
  }

  /** Connections by database or by user, counted at once: there may be thousands of names. */
  private static final class Connections {
    private final Map<String, Integer> servers = new HashMap<>();
    private final Map<String, Integer> clients = new HashMap<>();

    Connections(Inside inside, Function<PoolKey, String> name) {
      for (Slot slot : inside.pools().slots()) {
        servers.merge(name.apply(slot.pool().key()), 1, Integer::sum);
      }
      for (Pool pool : inside.pools().all()) {
        clients.merge(name.apply(pool.key()), pool.clients(), Integer::sum);
      }
    }

    int servers(String name) {
      return servers.getOrDefault(name, 0);
    }

    int clients(String name) {
      return clients.getOrDefault(name, 0);
    }
  }

  /** Those of the configuration, and those that the fallback has been used for. */
  SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>(inside.config().get().databases().keySet());
    inside.pools().all().forEach(pool -> names.add(pool.key().database()));
    return names;
  }

  /** Those of the {@code auth_file}, of section {@code [users]}, and those who have logged in. */
  SortedSet<String> users() {
    SortedSet<String> names = new TreeSet<>(inside.users().get().names());
    names.addAll(inside.config().get().users().keySet());
    inside.pools().all().forEach(pool -> names.add(pool.key().user()));
    return names;
  }

  Table databases() {
    Table table =
        new Table()
            .text("name", "host")
            .int4("port")
            .text("database", "force_user")
            .int4("pool_size", "min_pool_size", "reserve_pool_size", "server_lifetime")
            .text("pool_mode", "load_balance_hosts")
            .int4("max_connections", "current_connections")
            .int4("max_client_connections", "current_client_connections", "paused", "disabled");
    PoolerConfig config = inside.config().get();
    Connections connections = new Connections(inside, PoolKey::database);
    for (String name : names()) {
      Database database = config.database(name);
      if (database != null) {
        add(table, name, database, config.settings(), connections);
      }
    }
    int port = config.settings().get(Settings.LISTEN_PORT);
    return table.row(
        Console.DATABASE,
        null,
        port,
        Console.DATABASE,
        Console.DATABASE,
        2,
        0,
        0,
        0,
        "statement",
        null,
        0,
        0,
        0,
        inside.clients().inConsole(),
        0,
        0);
  }

  private void add(
      Table table, String name, Database database, Settings settings, Connections connections) {
    table.row(
        name,
        database.host(),
        database.port(),
        database.dbname(),
        database.user(),
        or(database.poolSize(), settings.get(Settings.DEFAULT_POOL_SIZE)),
        or(database.minPoolSize(), settings.get(Settings.MIN_POOL_SIZE)),
        or(database.reservePoolSize(), settings.get(Settings.RESERVE_POOL_SIZE)),
        lifetime(database, settings).toSeconds(),
        database.poolMode() == null ? null : database.poolMode().spelling(),
        null,
        or(database.maxDbConnections(), settings.get(Settings.MAX_DB_CONNECTIONS)),
        connections.servers(name),
        0,
        connections.clients(name),
        inside.pools().holds().isPaused(name) ? 1 : 0,
        inside.pools().holds().isDisabled(name) ? 1 : 0);
  }

  private static Duration lifetime(Database database, Settings settings) {
    Duration own = database.serverLifetime();
    return own == null ? settings.get(Settings.SERVER_LIFETIME) : own;
  }

  Table usersTable() {
    Table table =
        new Table()
            .text("name", "pool_size", "reserve_pool_size", "pool_mode")
            .int4("max_user_connections", "current_connections")
            .int4("max_user_client_connections", "current_client_connections");
    PoolerConfig config = inside.config().get();
    Connections connections = new Connections(inside, PoolKey::user);
    for (String name : users()) {
      User user = config.users().get(name);
      table.row(
          name,
          user == null || user.poolSize() == null ? "" : user.poolSize(),
          user == null || user.reservePoolSize() == null ? "" : user.reservePoolSize(),
          user == null || user.poolMode() == null ? null : user.poolMode().spelling(),
          or(
              user == null ? null : user.maxUserConnections(),
              config.settings().get(Settings.MAX_USER_CONNECTIONS)),
          connections.servers(name),
          0,
          connections.clients(name));
    }
    return table;
  }

  Table peers() {
    return new Table().int4("peer_id").text("host").int4("port", "pool_size");
  }

  private static int or(@Nullable Integer own, int otherwise) {
    return own == null ? otherwise : own;
  }
}
