package dev.penstock.pooler.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a configuration file says.
 *
 * @param settings section {@code [pgbouncer]}
 * @param databases section {@code [databases]} by name, without the fallback
 * @param fallback the line of {@code *}, or null when there is none
 * @param users section {@code [users]} by name
 * @param source the file
 */
public record PoolerConfig(
    Settings settings,
    Map<String, Database> databases,
    @Nullable Database fallback,
    Map<String, User> users,
    Path source) {

  public PoolerConfig {
    databases = Map.copyOf(databases);
    users = Map.copyOf(users);
  }

  /** Where the database of that name leads, by the fallback if need be; null when nowhere. */
  public @Nullable Database database(String name) {
    var database = databases.get(name);
    if (database != null || fallback == null) {
      return database;
    }
    return fallback.named(name);
  }

  /** The same with other settings. */
  PoolerConfig with(Settings others) {
    return new PoolerConfig(others, databases, fallback, users, source);
  }

  /** This, but for the settings that only a new process takes: they are as {@code running}. */
  public PoolerConfig fixedAsIn(PoolerConfig running) {
    return with(settings.fixedAsIn(running.settings));
  }

  /** What goes for the pool of that database and that user. */
  public PoolSettings pool(Database database, String user) {
    return PoolSettings.of(settings, database, users.get(user));
  }
}
