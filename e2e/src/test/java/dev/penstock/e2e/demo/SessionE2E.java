package dev.penstock.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

/** What a person with psql sees of a pool, through its Service. */
@ExtendWith(OnStage.class)
class SessionE2E {

  private final Stage stage;

  SessionE2E(Stage stage) {
    this.stage = stage;
  }

  /**
   * A cancel request goes wherever the Service sends it; with one instance that is the right one.
   */
  @BeforeEach
  void oneInstance() throws Exception {
    stage.scale(1);
    stage.observer().await("one instance", view -> view.settledAt(1), Play.BOUND);
  }

  @Test
  void aQueryIsAnswered() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_user, 6 * 7")) {
      row.next();

      assertThat(row.getString(1)).isEqualTo("app");
      assertThat(row.getInt(2)).isEqualTo(42);
    }
  }

  @Test
  void aTransactionIsRolledBackAndAnotherCommitted() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS notes");
      statement.execute("CREATE TABLE notes (words text)");
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO notes VALUES ('forgotten')");
      connection.rollback();
      statement.execute("INSERT INTO notes VALUES ('kept')");
      connection.commit();

      try (ResultSet row = statement.executeQuery("SELECT string_agg(words, ',') FROM notes")) {
        row.next();
        assertThat(row.getString(1)).isEqualTo("kept");
      }
      connection.commit();
    }
  }

  @Test
  void copyWorksInBothDirections() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS numbers");
      statement.execute("CREATE TABLE numbers (n integer)");
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      StringBuilder rows = new StringBuilder();
      for (int n = 0; n < 10_000; n++) {
        rows.append(n).append('\n');
      }

      assertThat(copy.copyIn("COPY numbers FROM STDIN", new StringReader(rows.toString())))
          .isEqualTo(10_000);

      StringWriter out = new StringWriter();
      assertThat(copy.copyOut("COPY (SELECT n FROM numbers ORDER BY n) TO STDOUT", out))
          .isEqualTo(10_000);
      assertThat(out.toString()).isEqualTo(rows.toString());
    }
  }

  @Test
  void aCancelEndsTheStatementAndNotTheSession() throws Exception {
    // Not in the common pool: the Kubernetes client needs it, and it may be one thread.
    try (ExecutorService elsewhere = Executors.newVirtualThreadPerTaskExecutor();
        Connection connection = connect();
        Statement statement = connection.createStatement()) {
      CompletableFuture<String> ended =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  statement.execute("SELECT pg_sleep(60)");
                  return "it slept its full time";
                } catch (SQLException e) {
                  return e.getSQLState();
                }
              },
              elsewhere);
      await().failFast(ended::isDone).until(this::somebodySleeps);

      statement.cancel();

      assertThat(ended).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("57014");
      try (ResultSet row = statement.executeQuery("SELECT 1")) {
        assertThat(row.next()).isTrue();
      }
    }
  }

  private boolean somebodySleeps() throws SQLException {
    try (Connection connection = stage.postgres().connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity"
                    + " WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'")) {
      row.next();
      return row.getInt(1) == 1;
    }
  }

  @Test
  void aWrongPasswordIsRefused() {
    Properties wrong = stage.application().properties();
    wrong.setProperty("password", "not the password");

    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> connect("app", wrong).close())
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  @Test
  void anUnknownDatabaseIsNamed() {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> connect("nowhere", stage.application().properties()).close())
        .withMessageContaining("FATAL")
        .withMessageContaining("nowhere");
  }

  private Connection connect() throws SQLException {
    return connect("app", stage.application().properties());
  }

  private Connection connect(String database, Properties as) throws SQLException {
    InetSocketAddress service =
        stage.reach().toService(Stage.NAMESPACE, Stage.POOL, 5432, stage.pods().getFirst());
    return DriverManager.getConnection(
        Stage.url(service.getAddress().getHostAddress(), service.getPort(), database), as);
  }
}
