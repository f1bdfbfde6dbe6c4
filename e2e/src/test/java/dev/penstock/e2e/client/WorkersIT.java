package dev.penstock.e2e.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkersIT {

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void startPostgres() throws IOException {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void freshTables() throws SQLException, IOException {
    // A session whose client has gone sleeps on, and would hold its locks.
    terminate("query LIKE 'SELECT pg_sleep%'");
    execute("DROP TABLE IF EXISTS transfers, accounts");
    execute(Ledger.schema());
  }

  @Test
  void everyTransferDoneIsRecordedAndNoMoneyIsLost() throws Exception {
    Stats stats;
    try (Workers workers =
        new Workers(settings(5, Duration.ofMillis(20), Duration.ofSeconds(30)))) {
      workers.start();
      await().until(() -> workers.stats().done() >= 100);
      stats = workers.finish();
    }

    assertThat(stats.failed()).as("failures: %s", stats.failures()).isZero();
    Ledger ledger = ledger();
    assertThat(ledger.transfers()).isEqualTo(stats.done());
    assertThat(ledger.balances()).isTrue();
  }

  @Test
  void aTransactionCutUnderWayIsAFailure() throws Exception {
    try (Workers workers =
        new Workers(settings(1, Duration.ofSeconds(60), Duration.ofSeconds(30)))) {
      workers.start();
      await().until(() -> terminate("query LIKE 'SELECT pg_sleep%' AND state = 'active'") > 0);

      await().until(() -> workers.stats().failed() == 1);
      assertThat(workers.stats().failures().keySet()).singleElement().asString().contains("57P01");
    }
  }

  @Test
  void aConnectionLostBetweenTransactionsIsNoFailure() throws Exception {
    try (Workers workers = new Workers(settings(2, Duration.ZERO, Duration.ofSeconds(30)))) {
      workers.start();
      await().until(() -> workers.stats().done() >= 10);

      await()
          .until(
              () -> terminate("state = 'idle' AND application_name LIKE 'PostgreSQL JDBC%'") > 0);

      long before = workers.stats().done();
      await().until(() -> workers.stats().done() > before + 10);
      assertThat(workers.finish().failed()).isZero();
    }
    assertThat(ledger().balances()).isTrue();
  }

  @Test
  void aTransactionThatCannotBeginByItsDeadlineIsAFailure() {
    ClientSettings nowhere =
        new ClientSettings(
            "jdbc:postgresql://localhost:1/app",
            "app",
            "app",
            1,
            Duration.ofMillis(1),
            Duration.ZERO,
            Duration.ofMillis(1),
            0);
    try (Workers workers = new Workers(nowhere)) {
      workers.start();

      await().atMost(Duration.ofSeconds(30)).until(() -> workers.stats().failed() >= 1);
      assertThat(workers.stats().connectRefusals()).isPositive();
    }
  }

  private static ClientSettings settings(int connections, Duration longest, Duration deadline) {
    return new ClientSettings(
        postgres.getJdbcUrl("postgres", "postgres"),
        "postgres",
        "postgres",
        connections,
        Duration.ofMillis(5),
        longest,
        deadline,
        0);
  }

  private static int terminate(String which) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND "
                    + which)) {
      row.next();
      return row.getInt(1);
    }
  }

  private static Ledger ledger() throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      return Ledger.read(connection);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
