package dev.penstock.operator.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.operator.workload.LibrarySettings.Behaviour;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The same size in the words of each library. */
class LibrarySettingsTest {

  private static final Map<String, String> TURNS = LibrarySettings.of(Behaviour.takingTurns(7));
  private static final Map<String, String> SESSIONS =
      LibrarySettings.of(Behaviour.keepingSessions(7));

  @Test
  void everyKeyCanBeAVariableAndAFile() {
    // What envFrom takes as the name of a variable, and a ConfigMap as a key.
    assertThat(TURNS.keySet())
        .isNotEmpty()
        .allMatch(key -> key.matches("[A-Za-z_][-._A-Za-z0-9]*"));
  }

  @Test
  void springBootReadsHikariFromTheEnvironment() {
    assertThat(TURNS)
        .containsEntry("SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE", "7")
        .containsEntry("SPRING_DATASOURCE_HIKARI_MINIMUMIDLE", "7")
        .containsEntry("SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT", "30000")
        .containsEntry("SPRING_DATASOURCE_HIKARI_MAXLIFETIME", "600000");
  }

  @Test
  void hikariReadsItsProperties() throws Exception {
    Properties properties = new Properties();
    properties.load(new StringReader(TURNS.getOrDefault("hikaricp.properties", "")));
    assertThat(properties)
        .containsEntry("maximumPoolSize", "7")
        .containsEntry("minimumIdle", "7")
        .containsEntry("connectionTimeout", "30000")
        .containsEntry("idleTimeout", "300000");
  }

  @Test
  void theOthersReadTheirJson() throws Exception {
    assertThat(json(TURNS, "pg-pool.json"))
        .containsEntry("max", 7)
        .containsEntry("connectionTimeoutMillis", 30000)
        .containsEntry("maxLifetimeSeconds", 600);
    assertThat(json(TURNS, "sqlalchemy.json"))
        .containsEntry("pool_size", 7)
        .containsEntry("max_overflow", 0)
        .containsEntry("pool_timeout", 30);
    assertThat(json(TURNS, "database-sql.json"))
        .containsEntry("MaxOpenConns", 7)
        .containsEntry("MaxIdleConns", 7)
        .containsEntry("ConnMaxLifetime", "600s");
    assertThat(json(TURNS, "psycopg-pool.json"))
        .containsEntry("min_size", 7)
        .containsEntry("max_size", 7)
        .containsEntry("max_idle", 300);
  }

  @Test
  void theVariablesSayTheSameAsTheFiles() {
    assertThat(TURNS)
        .containsEntry("PENSTOCK_POOL_SIZE", "7")
        .containsEntry("PG_POOL_MAX", "7")
        .containsEntry("PG_POOL_CONNECTION_TIMEOUT_MILLIS", "30000")
        .containsEntry("SQLALCHEMY_POOL_SIZE", "7")
        .containsEntry("SQLALCHEMY_MAX_OVERFLOW", "0")
        .containsEntry("DATABASE_SQL_MAX_OPEN_CONNS", "7")
        .containsEntry("PSYCOPG_POOL_MAX_SIZE", "7");
  }

  @Test
  void anIdleSessionIsNotKeptFromOthers() throws Exception {
    assertThat(SESSIONS)
        .containsEntry("SPRING_DATASOURCE_HIKARI_MINIMUMIDLE", "1")
        .containsEntry("SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE", "7")
        .containsEntry("DATABASE_SQL_MAX_IDLE_CONNS", "1");
    assertThat(json(SESSIONS, "sqlalchemy.json"))
        .containsEntry("pool_size", 1)
        .containsEntry("max_overflow", 6);
  }

  private static Map<String, Object> json(Map<String, String> data, String file) throws Exception {
    return new ObjectMapper().readValue(data.getOrDefault(file, ""), new TypeReference<>() {});
  }
}
