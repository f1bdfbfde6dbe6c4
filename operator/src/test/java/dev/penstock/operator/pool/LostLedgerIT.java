package dev.penstock.operator.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody empties the status, or takes the labels off a pod, while instances hold connections. */
class LostLedgerIT {

  private static final String NAMESPACE = "lost-ledgers";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static int runs;

  private final KubernetesClient client = ApiServerFixture.shared().client();
  private final PoolWorld world = new PoolWorld(client, NAMESPACE);
  private final String pool = "lost-" + ++runs;
  private EmbeddedPostgres postgres;
  private RunningOperator operator;
  private SpeakingInstance one;
  private SpeakingInstance two;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("max_connections", "100")
            .setServerConfig("listen_addresses", "*")
            .start();
    RunningOperator.prepare(client, NAMESPACE);
    world.secret("probe", "postgres");
    world.secret("app", "app");
    operator = new RunningOperator(NAMESPACE);
    world.pool(pool, 2, "127.0.9." + runs, postgres.getPort());
    one = world.start(pool, pool + "-1", "127.0.9." + (100 + runs));
    two = world.start(pool, pool + "-2", "127.0.9." + (200 + runs));
    await().atMost(LIMIT).until(() -> one.granted() == 41 && two.granted() == 41);
    await().atMost(LIMIT).until(() -> world.status(pool).ledger().size() == 2);
  }

  @AfterEach
  void stop() throws IOException {
    operator.close();
    one.close();
    two.close();
    postgres.close();
    client.close();
  }

  private void emptyTheStatus() {
    DatabaseServer emptied = world.server(pool);
    emptied.setStatus(DatabaseServerStatus.EMPTY);
    client.resource(emptied).updateStatus();
  }

  @Test
  void theOperatorThatRunsPutsItBack() {
    emptyTheStatus();
    await().atMost(LIMIT).until(() -> world.serverStatus(pool).ledger().size() == 2);
    assertThat(world.serverStatus(pool).round()).isPositive();
  }

  @Test
  void anotherOperatorRaisesNothingWhileAnInstanceThatServedIsUnheard() {
    operator.close();
    two.close();
    emptyTheStatus();
    one.demand(82);
    operator = new RunningOperator(NAMESPACE);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(world.condition(pool, "Budgeted")).isEqualTo("False/InstanceUnheard"));
    assertThat(world.message(pool, "Budgeted")).contains(pool + "-2");
    assertThat(one.granted()).isEqualTo(41);
    world.end(pool + "-2", 0);
    await().atMost(LIMIT).until(() -> one.granted() == 82);
  }

  @Test
  void aPodWhoseLabelsWereTakenOffCountsOn() {
    client
        .pods()
        .inNamespace(NAMESPACE)
        .withName(pool + "-2")
        .edit(
            pod ->
                new PodBuilder(pod)
                    .editMetadata()
                    .removeFromLabels(Names.MANAGED_BY_LABEL)
                    .endMetadata()
                    .build());
    one.demand(60);
    // It is still spoken to: lowered, and only then is the other raised.
    await().atMost(LIMIT).until(() -> one.granted() == 60 && two.granted() == 22);
    assertThat(world.status(pool).ledger()).hasSize(2);
  }
}
