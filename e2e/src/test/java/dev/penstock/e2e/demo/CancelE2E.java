package dev.penstock.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A cancel request is a connection of its own, which the Service sends to any of ten instances: one
 * time in ten to the one that holds the session.
 */
@ExtendWith(OnStage.class)
class CancelE2E {

  private static final int INSTANCES = 10;

  /** Were one in ten to arrive, as many as this would once in 10^20 runs. */
  private static final int TIMES = 20;

  private final Stage stage;

  CancelE2E(Stage stage) {
    this.stage = stage;
  }

  @BeforeEach
  void tenInstances() throws Exception {
    stage.scale(INSTANCES);
    stage.observer().await("ten instances", view -> view.settledAt(INSTANCES), Play.BOUND);
  }

  @Test
  void theServiceMaySendItToAnyOfTenInstances() throws Exception {
    // Not in the common pool: the Kubernetes client needs it, and it may be one thread.
    try (ExecutorService elsewhere = Executors.newVirtualThreadPerTaskExecutor();
        Connection bystander = connect();
        Statement untouched = bystander.createStatement()) {
      CompletableFuture<String> bystanders = sleep(untouched, 601, elsewhere);
      for (int time = 0; time < TIMES; time++) {
        // A new session each time, since the Service chooses its instance anew.
        try (Connection connection = connect();
            Statement statement = connection.createStatement()) {
          CompletableFuture<String> ended = sleep(statement, 600, elsewhere);

          statement.cancel();

          assertThat(ended).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("57014");
          try (ResultSet row = statement.executeQuery("SELECT 1")) {
            assertThat(row.next()).isTrue();
          }
        }
      }
      assertThat(bystanders).isNotDone();
      untouched.cancel();
      assertThat(bystanders).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("57014");
    }
  }

  @Test
  void sessionsOfManyInstancesAreEachCancelledAlone() throws Exception {
    try (ExecutorService elsewhere = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Connection> connections = new ArrayList<>();
      try {
        List<Statement> statements = new ArrayList<>();
        List<CompletableFuture<String>> endings = new ArrayList<>();
        for (int number = 0; number < TIMES; number++) {
          connections.add(connect());
          statements.add(connections.getLast().createStatement());
          endings.add(sleep(statements.getLast(), 700 + number, elsewhere));
        }
        for (int number = 0; number < TIMES; number++) {
          statements.get(number).cancel();

          assertThat(endings.get(number)).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("57014");
          assertThat(endings.subList(number + 1, TIMES)).noneMatch(CompletableFuture::isDone);
        }
      } finally {
        // What sleeps on after a failure would be waited for.
        for (Connection connection : connections) {
          connection.close();
        }
      }
    }
  }

  /** Sends a statement to sleep; the result is the SQLSTATE that it ends with. */
  private CompletableFuture<String> sleep(
      Statement statement, int seconds, ExecutorService elsewhere) {
    String sql = "SELECT pg_sleep(" + seconds + ")";
    CompletableFuture<String> ended =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                statement.execute(sql);
                return "it slept its full time";
              } catch (SQLException e) {
                return e.getSQLState();
              }
            },
            elsewhere);
    await().atMost(Play.BOUND).failFast(ended::isDone).until(() -> sleeps(sql));
    return ended;
  }

  private boolean sleeps(String sql) throws SQLException {
    try (Connection connection = stage.postgres().connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '"
                    + sql
                    + "'")) {
      row.next();
      return row.getInt(1) == 1;
    }
  }

  /** Without the time limit of the demo's clients, which these sleepers outlast. */
  private Connection connect() throws SQLException {
    InetSocketAddress service =
        stage.reach().toService(Stage.NAMESPACE, Stage.POOL, 5432, stage.pods().getFirst());
    return DriverManager.getConnection(
        Stage.url(service.getAddress().getHostAddress(), service.getPort(), "app")
            + "&socketTimeout=0",
        stage.application().properties());
  }
}
