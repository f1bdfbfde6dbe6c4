package dev.penstock.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.PoolShareStatus;
import dev.penstock.e2e.client.Ledger;
import dev.penstock.e2e.client.Stats;
import dev.penstock.e2e.demo.Clients;
import dev.penstock.e2e.demo.Load;
import dev.penstock.e2e.demo.OnStage;
import dev.penstock.e2e.demo.Play;
import dev.penstock.e2e.demo.Stage;
import dev.penstock.e2e.sampler.Summary;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pools that share one server's budget: it goes where it is needed, and nobody can take it all. */
@ExtendWith({OnStage.class, Tabled.class})
class SharedServerE2E {

  private static final int BUDGET = 82;
  private static final int SWINGS = 6;

  /** Of the budget, for the pool whose clients wait while the other's do not. */
  private static final int MOST = 55;

  private final Stage stage;
  private final FaultTable table;
  private final List<Clients> clients = new ArrayList<>();
  private SharedServer server;
  private Instant start = Instant.now();

  SharedServerE2E(Stage stage, FaultTable table) {
    this.stage = stage;
    this.table = table;
  }

  @BeforeEach
  void oneServerAndNothingElseAtWork() throws Exception {
    stage.clients().finish();
    server = SharedServer.start(stage);
  }

  @AfterEach
  void removeTheServer() throws Exception {
    server.remove();
  }

  @Test
  void theBudgetFollowsALoadThatSwingsBetweenTwoPools() throws Exception {
    tenant("left", "{}");
    tenant("right", "{}");
    await().atMost(Play.BOUND).until(() -> isCalm("left") && isCalm("right"));
    start = Instant.now();
    Duration longest = Duration.ZERO;
    for (int swing = 0; swing < SWINGS; swing++) {
      String pool = swing % 2 == 0 ? "left" : "right";
      try (Crowd crowd = crowd(pool, 60, Duration.ofMillis(200))) {
        Instant turned = Instant.now();
        await().atMost(Play.BOUND).until(() -> granted(pool) >= MOST);
        Duration took = Duration.between(turned, Instant.now());
        longest = longest.compareTo(took) > 0 ? longest : took;
        await().atMost(Play.BOUND).until(() -> crowd.begun() > 0);
      }
    }
    takeStock("two pools, load swings between them", longest);
  }

  @Test
  void aTenantWithoutMannersTakesNothingThatIsPromisedToOthers() throws Exception {
    tenant("calm", "{min: 15}");
    tenant("quiet", "{min: 15}");
    server.pool("greedy", "{min: 5}");
    start = Instant.now();
    try (Crowd crowd = crowd("greedy", 5000, Duration.ofSeconds(20))) {
      await().atMost(Play.BOUND).until(() -> crowd.begun() >= 40 && crowd.refused() >= 3000);
      long done = done();
      await().atMost(Play.BOUND).until(() -> done() > done + 200);
      assertThat(granted("calm")).isGreaterThanOrEqualTo(15);
      assertThat(granted("quiet")).isGreaterThanOrEqualTo(15);
    }
    Instant left = Instant.now();
    await()
        .atMost(Play.BOUND)
        .until(() -> server.share("greedy").map(PoolShareStatus::waiting).orElse(-1) == 0);
    takeStock("three tenants, one opens 5,000 clients", Duration.between(left, Instant.now()));
  }

  private void tenant(String pool, String share) throws Exception {
    server.pool(pool, share);
    Clients some = new Clients(stage.client(), SharedServer.NAMESPACE, "client-" + pool);
    some.start(Load.steady(1, 10, Stage.url(pool, 5432, "app"), "app"));
    clients.add(some);
  }

  private Crowd crowd(String pool, int clients, Duration hold) {
    return Crowd.send(clients, server.url(pool), server.application().properties(), hold);
  }

  private int granted(String pool) {
    return server.share(pool).map(PoolShareStatus::granted).orElse(0);
  }

  private boolean isCalm(String pool) {
    int granted = granted(pool);
    return granted > 0 && granted < MOST;
  }

  private long done() {
    return clients.stream().mapToLong(one -> one.stats().done()).sum();
  }

  private void takeStock(String scenario, Duration converged) throws Exception {
    clients.forEach(Clients::finish);
    await()
        .atMost(Play.BOUND)
        .until(() -> clients.stream().allMatch(one -> one.stats().working() == 0));
    Stats stats = clients.stream().map(Clients::stats).reduce(Stats.NONE, Stats::plus);
    Summary seen = server.sampler().summary(start);
    table.add(
        new FaultTable.Row(scenario, seen, BUDGET, stats.failed(), stats.retried(), converged));
    assertThat(server.status().budget()).isEqualTo(BUDGET);
    assertThat(server.status().bound()).isLessThanOrEqualTo(BUDGET);
    assertThat(seen.peak()).isPositive().isLessThanOrEqualTo(BUDGET);
    assertThat(seen.keptItsRate()).as("%s", seen).isTrue();
    assertThat(stats.failed()).as("failed: %s", stats.failures()).isZero();
    try (Connection connection = server.postgres().connect("app")) {
      Ledger ledger = Ledger.read(connection);
      assertThat(ledger.balances()).as("%s", ledger).isTrue();
      assertThat(ledger.transfers()).isEqualTo(stats.done());
    }
  }
}
