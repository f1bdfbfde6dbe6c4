package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The queries of prometheus-community/pgbouncer_exporter 0.11, in the spelling it sends them, and
 * the columns that it reads from the answers: names as labels, figures as numbers.
 */
class ExporterIT {
  private static final PoolerFixture POOLER =
      PoolerFixture.before(PostgresFixture.shared())
          .set("auth_type", "trust")
          .set("stats_users", "exporter")
          .user("exporter", "x")
          .start();

  /** What it reads of one query. */
  record Reading(String query, List<String> labels, List<String> figures) {}

  @AfterAll
  static void stop() {
    POOLER.close();
  }

  static List<Reading> readings() {
    return List.of(
        new Reading("SHOW STATS", List.of("database"), List.of("total_xact_count")),
        new Reading(
            "SHOW stats_totals;",
            List.of("database"),
            List.of(
                "query_count",
                "query_time",
                "bytes_received",
                "bytes_sent",
                "wait_time",
                "xact_count",
                "xact_time",
                "client_parse_count",
                "server_parse_count",
                "bind_count")),
        new Reading(
            "SHOW pools;",
            List.of("database", "user"),
            List.of(
                "cl_active",
                "cl_active_cancel_req",
                "cl_waiting",
                "cl_waiting_cancel_req",
                "sv_active",
                "sv_active_cancel",
                "sv_being_canceled",
                "sv_idle",
                "sv_used",
                "sv_tested",
                "sv_login",
                "maxwait")),
        new Reading(
            "SHOW databases;",
            List.of("name", "host", "port", "database", "force_user", "pool_mode"),
            List.of("pool_size", "max_connections", "current_connections", "paused", "disabled")));
  }

  @ParameterizedTest
  @MethodSource("readings")
  void findsItsColumns(Reading reading) throws SQLException {
    try (Connection client = POOLER.connect();
        ConsoleClient exporter = ConsoleClient.login(POOLER, "exporter")) {
      client.createStatement().execute("select 1");

      var result = exporter.show(reading.query());

      assertThat(result.columns()).containsAll(reading.labels()).containsAll(reading.figures());
      assertThat(result.rows()).hasSizeGreaterThanOrEqualTo(2);
      for (Map<String, String> row : result.byName()) {
        for (String figure : reading.figures()) {
          assertThat(new BigDecimal(row.get(figure))).isNotNegative();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "databases",
        "users",
        "pools",
        "free_clients",
        "used_clients",
        "login_clients",
        "free_servers",
        "used_servers",
        "dns_names",
        "dns_zones",
        "dns_queries"
      })
  void findsItsLists(String list) {
    try (ConsoleClient exporter = ConsoleClient.login(POOLER, "exporter")) {
      var lists = exporter.show("SHOW LISTS;");

      assertThat(lists.columns()).hasSize(2);
      assertThat(new BigDecimal(lists.row("list", list).get("items"))).isNotNegative();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"max_client_conn", "max_user_connections"})
  void findsItsSettings(String key) {
    try (ConsoleClient exporter = ConsoleClient.login(POOLER, "exporter")) {
      var config = exporter.show("SHOW CONFIG;");

      assertThat(config.columns()).hasSize(4);
      assertThat(new BigDecimal(config.row("key", key).get("value"))).isNotNegative();
      assertThat(exporter.show("SHOW VERSION;").rows().getFirst()).hasSize(1);
    }
  }
}
