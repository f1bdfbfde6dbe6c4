package dev.penstock.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.e2e.client.Stats;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to a pool's people: it is looked at, scaled, and parts of it are taken away. */
@ExtendWith(OnStage.class)
class OperationE2E {

  private final Stage stage;
  private final Instant start = Instant.now();
  private long failedBefore;

  OperationE2E(Stage stage) {
    this.stage = stage;
  }

  @BeforeEach
  void clientsAtWork() throws Exception {
    stage.clientsAtWork();
    failedBefore = stage.clients().stats().failed();
  }

  @Test
  void theColumnsAreFilledAndRight() throws Exception {
    settleAt(3);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              Map<String, String> line =
                  Columns.of(stage.client(), Stage.NAMESPACE, Stage.POOL).orElseThrow();
              assertThat(line)
                  .containsEntry("Mode", "transaction")
                  .containsEntry("Ready", "True")
                  .containsEntry("Instances", "3/3")
                  .containsEntry("Budget", "82")
                  .containsEntry("Granted", "82");
              assertThat(Integer.parseInt(line.get("Held"))).isBetween(1, 82);
              assertThat(Integer.parseInt(line.get("Waiting"))).isNotNegative();
              assertThat(line.get("Age")).isNotBlank();
            });
  }

  @Test
  void eightInstancesAreReachedWithTheWholeBudget() throws Exception {
    settleAt(8);

    assertThat(stage.observer().view().orElseThrow().serving()).isEqualTo(8);
    assertNothingFailed();
  }

  @Test
  void anOperatorThatIsDeletedChangesNothingForClients() throws Exception {
    settleAt(4);
    List<Pod> operators =
        stage.client().pods().inNamespace(Stage.OPERATOR_NAMESPACE).list().getItems();
    Set<String> pods = uids(stage.pods());
    long before = stage.clients().stats().done();

    operators.forEach(pod -> stage.client().resource(pod).delete());

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> stage.clients().stats().done() > before + 500);
    assertNothingFailed();
    assertThat(uids(stage.pods())).isEqualTo(pods);
    settleAt(5);
    assertNothingFailed();
  }

  @Test
  void theShareOfADeletedInstanceGoesToTheOthersAndBack() throws Exception {
    settleAt(3);
    Pod victim = stage.pods().getFirst();
    String uid = victim.getMetadata().getUid();

    stage.client().resource(victim).delete();

    stage
        .observer()
        .await(
            "the share with the others",
            view ->
                view.instances().stream().noneMatch(one -> one.uid().equals(uid))
                    && view.bounds() == view.budget(),
            Play.BOUND);
    stage
        .observer()
        .await(
            "three instances again",
            view ->
                view.settledAt(3)
                    && view.instances().stream().noneMatch(one -> one.uid().equals(uid)),
            Play.BOUND);
    assertNothingFailed();
  }

  private void settleAt(int instances) throws Exception {
    stage.scale(instances);
    stage.observer().await(instances + " instances", view -> view.settledAt(instances), Play.BOUND);
  }

  private void assertNothingFailed() {
    Stats stats = stage.clients().stats();
    assertThat(stats.failed()).as("failures: %s", stats.failures()).isEqualTo(failedBefore);
    assertThat(stats.done()).isPositive();
    int budget = stage.observer().view().orElseThrow().budget();
    assertThat(stage.sampler().summary(start).peak()).isLessThanOrEqualTo(budget);
  }

  private static Set<String> uids(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
  }
}
