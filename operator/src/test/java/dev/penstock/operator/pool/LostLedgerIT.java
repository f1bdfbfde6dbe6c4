package dev.penstock.operator.pool;

import static dev.penstock.operator.pool.OperatedNamespace.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody empties the status, or takes the labels off a pod, while instances hold connections. */
class LostLedgerIT {

  private static final String NAMESPACE = "lost-ledgers";

  @RegisterExtension
  static final OperatedNamespace operated = new OperatedNamespace(NAMESPACE, 100);

  private static final KubernetesClient client = operated.client();
  private static final PoolWorld world = operated.world();
  private static int runs;

  private final String pool = "lost-" + ++runs;
  private SpeakingInstance one;
  private SpeakingInstance two;

  @BeforeEach
  void makePool() {
    world.pool(pool, 2, "127.0.9." + runs, operated.port());
    one = world.start(pool, pool + "-1", "127.0.9." + (100 + runs));
    two = world.start(pool, pool + "-2", "127.0.9." + (200 + runs));
    eventually().until(() -> one.granted() == 41 && two.granted() == 41);
    eventually().until(() -> world.status(pool).ledger().size() == 2);
  }

  @AfterEach
  void closeInstances() {
    one.close();
    two.close();
  }

  private void emptyTheStatus() {
    DatabaseServer emptied = world.server(pool);
    emptied.setStatus(DatabaseServerStatus.EMPTY);
    client.resource(emptied).updateStatus();
  }

  @Test
  void theOperatorThatRunsPutsItBack() {
    emptyTheStatus();
    eventually().until(() -> world.serverStatus(pool).ledger().size() == 2);
    assertThat(world.serverStatus(pool).round()).isPositive();
  }

  @Test
  void anotherOperatorRaisesNothingWhileAnInstanceThatServedIsUnheard() {
    operated.stopOperator();
    two.close();
    emptyTheStatus();
    one.demand(82);
    operated.startOperator();
    eventually()
        .untilAsserted(
            () -> assertThat(world.condition(pool, "Budgeted")).isEqualTo("False/InstanceUnheard"));
    assertThat(world.message(pool, "Budgeted")).contains(pool + "-2");
    assertThat(one.granted()).isEqualTo(41);
    world.end(pool + "-2", 0);
    eventually().until(() -> one.granted() == 82);
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
    eventually().until(() -> one.granted() == 60 && two.granted() == 22);
    assertThat(world.status(pool).ledger()).hasSize(2);
  }
}
