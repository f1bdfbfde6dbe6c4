package dev.penstock.pooler.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes for one pool, that is, one database and one user: the user's line first, then the
 * database's, then the settings. Counts are of server connections, {@code 0} is no limit for {@code
 * max…}; a time of zero is no limit, but a {@code serverLifetime} of zero means used once.
 */
public record PoolSettings(
    PoolMode mode,
    int poolSize,
    int minPoolSize,
    int reservePoolSize,
    int maxDbConnections,
    int maxUserConnections,
    Duration serverLifetime,
    Duration queryTimeout,
    Duration queryWaitTimeout,
    Duration idleTransactionTimeout,
    Duration clientIdleTimeout) {

  static PoolSettings of(Settings settings, Database database, @Nullable User user) {
    var poolSize =
        first(
            user == null ? null : user.poolSize(),
            database.poolSize(),
            settings.get(Settings.DEFAULT_POOL_SIZE));
    return new PoolSettings(
        first(
            user == null ? null : user.poolMode(),
            database.poolMode(),
            settings.get(Settings.POOL_MODE)),
        poolSize,
        Math.min(
            poolSize, first(null, database.minPoolSize(), settings.get(Settings.MIN_POOL_SIZE))),
        first(
            user == null ? null : user.reservePoolSize(),
            database.reservePoolSize(),
            settings.get(Settings.RESERVE_POOL_SIZE)),
        first(null, database.maxDbConnections(), settings.get(Settings.MAX_DB_CONNECTIONS)),
        first(
            user == null ? null : user.maxUserConnections(),
            null,
            settings.get(Settings.MAX_USER_CONNECTIONS)),
        first(null, database.serverLifetime(), settings.get(Settings.SERVER_LIFETIME)),
        first(
            user == null ? null : user.queryTimeout(), null, settings.get(Settings.QUERY_TIMEOUT)),
        first(
            user == null ? null : user.queryWaitTimeout(),
            database.queryWaitTimeout(),
            settings.get(Settings.QUERY_WAIT_TIMEOUT)),
        first(
            user == null ? null : user.idleTransactionTimeout(),
            null,
            settings.get(Settings.IDLE_TRANSACTION_TIMEOUT)),
        first(
            user == null ? null : user.clientIdleTimeout(),
            null,
            settings.get(Settings.CLIENT_IDLE_TIMEOUT)));
  }

  private static <T> T first(@Nullable T ofUser, @Nullable T ofDatabase, T ofSettings) {
    if (ofUser != null) {
      return ofUser;
    }
    return ofDatabase != null ? ofDatabase : ofSettings;
  }
}
