package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the console counts. */
class StatisticsIT {
  private static final int NUMERIC = 1700;
  private static final String USER = PostgresFixture.USER;

  @Test
  void whatHasPassedIsCountedPerDatabase() {
    try (PoolerFixture pooler =
            PoolerFixture.before(PostgresFixture.shared())
                .set("auth_type", "trust")
                .set("admin_users", "boss")
                .set("stats_period", "1")
                .set("max_prepared_statements", "10")
                .user("boss", "x")
                .start();
        ConsoleClient console = ConsoleClient.login(pooler, "boss");
        RawClient client = pooler.raw()) {
      client.trusted(USER);
      for (String query : List.of("select 1", "begin", "select pg_sleep(0.2)", "commit")) {
        client.query(query).until('Z');
      }
      client.send('P', "one\0select 1\0\0\0").send('B', "\0one\0\0\0\0\0\0\0");
      client.send('E', "\0\0\0\0\0").send('S', "").until('Z');

      var stats = console.show("SHOW STATS");

      assertThat(stats.types().subList(1, stats.types().size())).containsOnly(NUMERIC);
      assertThat(String.join(" ", stats.columns()))
          .isEqualTo(
              "database total_server_assignment_count total_xact_count total_query_count"
                  + " total_received total_sent total_xact_time total_query_time total_wait_time"
                  + " total_client_parse_count total_server_parse_count total_bind_count"
                  + " total_client_login_count avg_server_assignment_count avg_xact_count"
                  + " avg_query_count avg_recv avg_sent avg_xact_time avg_query_time avg_wait_time"
                  + " avg_client_parse_count avg_server_parse_count avg_bind_count"
                  + " avg_client_login_count");
      var row = stats.row("database", USER);
      assertThat(row)
          .containsEntry("total_server_assignment_count", "3")
          .containsEntry("total_xact_count", "3")
          .containsEntry("total_query_count", "5")
          .containsEntry("total_client_parse_count", "1")
          .containsEntry("total_server_parse_count", "1")
          .containsEntry("total_bind_count", "1")
          .containsEntry("total_client_login_count", "1");
      assertThat(Long.parseLong(row.get("total_query_time"))).isGreaterThan(190_000);
      assertThat(Long.parseLong(row.get("total_xact_time")))
          .isGreaterThan(190_000)
          .isGreaterThanOrEqualTo(Long.parseLong(row.get("total_query_time")) * 9 / 10);
      assertThat(Long.parseLong(row.get("total_received"))).isGreaterThan(80);
      var totals = console.show("SHOW STATS_TOTALS").row("database", USER);
      assertThat(totals).containsEntry("query_count", "5").containsKey("bytes_received");
      assertThat(console.show("SHOW STATS_AVERAGES").columns())
          .contains("xact_count", "avg_bind_count", "client_login_count");
      var all = console.show("SHOW TOTALS");
      assertThat(all.row("name", "total_client_login_count")).containsEntry("value", "2");
      // The fourth command of the console is this one.
      assertThat(all.row("name", "total_query_count")).containsEntry("value", "9");
    }
  }
}
