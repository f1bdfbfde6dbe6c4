package dev.penstock.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.e2e.cluster.Cluster;
import dev.penstock.e2e.cluster.Node;
import dev.penstock.e2e.demo.OnStage;
import dev.penstock.e2e.demo.Play;
import dev.penstock.e2e.demo.PoolView;
import dev.penstock.e2e.demo.Stage;
import dev.penstock.e2e.sampler.Sampler;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The database server goes away, comes back smaller, or is out of reach. */
@ExtendWith({OnStage.class, Tabled.class})
class ServerFaultsE2E {

  /** Of 100 connections, 3 reserved, and a headroom of 15%. */
  private static final int WHOLE = 82;

  /** Of 50. */
  private static final int HALF = 39;

  private static final Duration OUTAGE = Duration.ofSeconds(30);

  private final Stage stage;
  private final FaultTable table;
  private final Node node;

  ServerFaultsE2E(Stage stage, Cluster cluster, FaultTable table) {
    this.stage = stage;
    this.table = table;
    this.node = Node.of(cluster, System.out::println);
  }

  @Test
  void aRestartFailsOnlyWhatWasInFlight() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "server restarted", 3);
        Sampler.Outage outage = stage.sampler().expectOutage()) {
      assertThat(outage).isNotNull();
      trial.hurtsNow();
      restart();
      trial.convergesTo(3, WHOLE);
    }
  }

  @Test
  void theBudgetFollowsAServerThatComesBackSmallerAndLargerAgain() throws Exception {
    try (Sampler.Outage outage = stage.sampler().expectOutage()) {
      assertThat(outage).isNotNull();
      try (Trial trial = Trial.begin(stage, table, "restarted with half the max_connections", 3)) {
        stage.postgres().allow(50);
        trial.hurtsNow();
        restart();
        trial.convergesTo(
            "half the budget", view -> view.budget() == HALF && view.settledAt(3), WHOLE, WHOLE);
        assertThatNothingWasRaised(trial.observer().history());
      }
      try (Trial trial = Trial.begin(stage, table, "restarted with all of them again", 3)) {
        assertThat(trial.budget()).isEqualTo(HALF);
        stage.postgres().allow(100);
        trial.hurtsNow();
        restart();
        trial.convergesTo(
            "all of the budget", view -> view.budget() == WHOLE && view.settledAt(3), HALF, WHOLE);
      }
    } finally {
      stage.postgres().allow(100);
    }
  }

  private static void assertThatNothingWasRaised(List<PoolView> history) {
    List<PoolView> over =
        history.stream()
            .filter(view -> "OverBudget".equals(view.conditions().get("Budgeted")))
            .toList();
    assertThat(over).as("states in which the pool says that it is over budget").isNotEmpty();
    for (int i = 1; i < over.size(); i++) {
      assertThat(over.get(i).bounds()).isLessThanOrEqualTo(over.get(i - 1).bounds());
    }
  }

  @Test
  void aServerOutOfReachForHalfAMinuteIsWaitedFor() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "server out of reach for 30 s", 3)) {
      try (Node.Harm cut = node.cut(stage.postgres().pod(), "198.18.0.0/16")) {
        assertThat(cut).isNotNull();
        trial.await(
            "the operator says so",
            view -> !"Answered".equals(view.conditions().get("ServerReachable")));
        Thread.sleep(OUTAGE);
      }
      trial.hurtsNow();
      trial.convergesTo(3, WHOLE);
    }
  }

  /** A fast shutdown, after which the container is started anew, with the same data. */
  private void restart() throws SQLException {
    OffsetDateTime before = startedAt();
    node.signal("INT", node.process(stage.postgres().pod()));
    await()
        .atMost(Play.BOUND)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> startedAt().isAfter(before));
  }

  private OffsetDateTime startedAt() throws SQLException {
    try (Connection connection = stage.postgres().connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_postmaster_start_time()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class);
    }
  }
}
