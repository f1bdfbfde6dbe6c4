package dev.penstock.operator.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A pool's size in the words of the libraries that keep pools in applications. Pure.
 *
 * <p>For each library the same settings twice: as variables for the environment, and as a file in a
 * form that the library, or one line of code, reads.
 *
 * @see <a href="https://github.com/brettwooldridge/HikariCP">HikariCP</a>
 * @see <a href="https://node-postgres.com/apis/pool">pg-pool</a>
 * @see <a href="https://docs.sqlalchemy.org/en/20/core/pooling.html">SQLAlchemy</a>
 * @see <a href="https://pkg.go.dev/database/sql#DB">database/sql</a>
 * @see <a href="https://www.psycopg.org/psycopg3/docs/api/pool.html">psycopg_pool</a>
 */
final class LibrarySettings {

  /** Variable with the size alone, for any other library. */
  static final String SIZE = "PENSTOCK_POOL_SIZE";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private LibrarySettings() {}

  /**
   * How a pool is to behave.
   *
   * @param most connections, at least 1
   * @param kept connections that it keeps when they are idle, 1 to {@code most}
   * @param waitSeconds how long a caller waits for one
   * @param idleSeconds how long one stays that need not be kept
   * @param lifeSeconds how old one becomes
   */
  record Behaviour(int most, int kept, int waitSeconds, int idleSeconds, int lifeSeconds) {

    private static final int WAIT = 30;

    /** Idle connections to the poolers cost the server nothing; young ones find new instances. */
    static Behaviour takingTurns(int most) {
      return new Behaviour(most, most, WAIT, 300, 600);
    }

    /** Each idle connection keeps one of the server's from others. */
    static Behaviour keepingSessions(int most) {
      return new Behaviour(most, 1, WAIT, 60, 600);
    }

    /** What is set apart for it, no one else can use. */
    static Behaviour direct(int most) {
      return new Behaviour(most, most, WAIT, 300, 1800);
    }
  }

  /** All keys of a ConfigMap, in order. */
  static Map<String, String> of(Behaviour pool) {
    Map<String, String> data = new TreeMap<>();
    data.put(SIZE, String.valueOf(pool.most()));
    hikari(pool, data);
    pgPool(pool, data);
    sqlAlchemy(pool, data);
    databaseSql(pool, data);
    psycopg(pool, data);
    return data;
  }

  private static void hikari(Behaviour pool, Map<String, String> data) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("maximumPoolSize", pool.most());
    settings.put("minimumIdle", pool.kept());
    settings.put("connectionTimeout", millis(pool.waitSeconds()));
    settings.put("idleTimeout", millis(pool.idleSeconds()));
    settings.put("maxLifetime", millis(pool.lifeSeconds()));
    // The names that Spring Boot reads by itself: the property in capitals, without its hyphens.
    settings.forEach(
        (name, value) ->
            data.put("SPRING_DATASOURCE_HIKARI_" + upper(name), String.valueOf(value)));
    data.put(
        "hikaricp.properties",
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  private static void pgPool(Behaviour pool, Map<String, String> data) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("max", pool.most());
    settings.put("min", pool.kept());
    settings.put("connectionTimeoutMillis", millis(pool.waitSeconds()));
    settings.put("idleTimeoutMillis", millis(pool.idleSeconds()));
    settings.put("maxLifetimeSeconds", pool.lifeSeconds());
    publish("pg-pool.json", "PG_POOL_", settings, data);
  }

  private static void sqlAlchemy(Behaviour pool, Map<String, String> data) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("pool_size", pool.kept());
    settings.put("max_overflow", pool.most() - pool.kept());
    settings.put("pool_timeout", pool.waitSeconds());
    settings.put("pool_recycle", pool.lifeSeconds());
    publish("sqlalchemy.json", "SQLALCHEMY_", settings, data);
  }

  private static void databaseSql(Behaviour pool, Map<String, String> data) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("MaxOpenConns", pool.most());
    settings.put("MaxIdleConns", pool.kept());
    // As time.ParseDuration reads them.
    settings.put("ConnMaxIdleTime", pool.idleSeconds() + "s");
    settings.put("ConnMaxLifetime", pool.lifeSeconds() + "s");
    publish("database-sql.json", "DATABASE_SQL_", settings, data);
  }

  private static void psycopg(Behaviour pool, Map<String, String> data) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("min_size", pool.kept());
    settings.put("max_size", pool.most());
    settings.put("timeout", pool.waitSeconds());
    settings.put("max_idle", pool.idleSeconds());
    settings.put("max_lifetime", pool.lifeSeconds());
    publish("psycopg-pool.json", "PSYCOPG_POOL_", settings, data);
  }

  private static void publish(
      String file, String prefix, Map<String, Object> settings, Map<String, String> data) {
    settings.forEach((name, value) -> data.put(prefix + snake(name), String.valueOf(value)));
    try {
      data.put(file, JSON.writeValueAsString(settings) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("names and numbers can always be written as JSON", e);
    }
  }

  private static int millis(int seconds) {
    return Math.multiplyExact(seconds, 1000);
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  /** {@code maxLifetimeSeconds} and {@code max_lifetime} become words in capitals. */
  private static String snake(String name) {
    return upper(name.replaceAll("([a-z])([A-Z])", "$1_$2"));
  }
}
