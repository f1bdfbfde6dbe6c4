package dev.penstock.pooler.config;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of section {@code [databases]}: a name that clients ask for, and where it leads. What is
 * null is not said there, and is decided by the user or the settings.
 *
 * @param name what clients ask for; {@code *} for the fallback
 * @param host name or address of the server
 * @param port 1 to 65535
 * @param dbname the database's name at the server
 * @param user whom to log in as, or null for the client's own user
 * @param password of {@code user}, or null for the one in the {@code auth_file}
 * @param authUser whom to ask as for users who are not in the {@code auth_file}
 * @param authQuery what to ask then
 * @param authDbname which database of this configuration to ask then
 * @param startupParameters what to ask of the server when logging in ({@code client_encoding},
 *     {@code datestyle}, {@code timezone}, {@code application_name})
 */
public record Database(
    String name,
    String host,
    int port,
    String dbname,
    @Nullable String user,
    @Nullable String password,
    @Nullable String authUser,
    @Nullable String authQuery,
    @Nullable String authDbname,
    @Nullable PoolMode poolMode,
    @Nullable Integer poolSize,
    @Nullable Integer minPoolSize,
    @Nullable Integer reservePoolSize,
    @Nullable Integer maxDbConnections,
    @Nullable Duration serverLifetime,
    @Nullable Duration queryWaitTimeout,
    Map<String, String> startupParameters) {

  public Database {
    startupParameters = Map.copyOf(startupParameters);
  }

  /** Whether connections for the other one are as good for this one. */
  public boolean leadsTo(Database other) {
    return host.equals(other.host)
        && port == other.port
        && dbname.equals(other.dbname)
        && Objects.equals(user, other.user)
        && Objects.equals(password, other.password)
        && startupParameters.equals(other.startupParameters);
  }

  /** The fallback's line, as if it stood there for {@code requested}. */
  Database named(String requested) {
    return new Database(
        requested,
        host,
        port,
        dbname.equals(name) ? requested : dbname,
        user,
        password,
        authUser,
        authQuery,
        authDbname,
        poolMode,
        poolSize,
        minPoolSize,
        reservePoolSize,
        maxDbConnections,
        serverLifetime,
        queryWaitTimeout,
        startupParameters);
  }

  /** Without the password, so that it never reaches a log. */
  @Override
  public String toString() {
    return "Database[" + name + " -> " + dbname + " at " + host + ":" + port + "]";
  }
}
