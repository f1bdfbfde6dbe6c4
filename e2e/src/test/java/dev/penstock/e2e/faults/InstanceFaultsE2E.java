package dev.penstock.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.InstanceState;
import dev.penstock.e2e.cluster.Cluster;
import dev.penstock.e2e.cluster.Node;
import dev.penstock.e2e.demo.Instance;
import dev.penstock.e2e.demo.OnStage;
import dev.penstock.e2e.demo.Play;
import dev.penstock.e2e.demo.Stage;
import io.fabric8.kubernetes.api.model.Pod;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An instance ends badly, or cannot be reached: its share is nobody's until its end is certain. */
@ExtendWith({OnStage.class, Tabled.class})
class InstanceFaultsE2E {

  private final Stage stage;
  private final FaultTable table;
  private final Node node;

  InstanceFaultsE2E(Stage stage, Cluster cluster, FaultTable table) {
    this.stage = stage;
    this.table = table;
    this.node = Node.of(cluster, System.out::println);
  }

  @Test
  void aKilledProcessIsAnotherInstanceWhenItIsBack() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "kill -9 of a pooler", 3)) {
      Pod victim = stage.pods().getFirst();
      int inFlight = share(trial, victim);
      ProcessHandle process = node.process(victim);
      trial.hurtsNow();

      process.destroyForcibly();

      trial.await(
          "the container is restarted",
          view -> view.instance(uid(victim)).filter(one -> !one.ready()).isPresent());
      trial.convergesTo(3, inFlight);
      assertThat(node.process(victim(victim)).pid()).isNotEqualTo(process.pid());
    }
  }

  /**
   * The pod is gone from the API server while the node is held up, so that its process serves on.
   */
  @Test
  void aPodRemovedByForceCountsWhileItsProcessMayRun() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "forced deletion of a pod that serves on", 3)) {
      Pod victim = stage.pods().getFirst();
      Sessions sessions = atWork(victim);
      ProcessHandle process = node.process(victim);
      try (Node.Harm held = node.hold(node.kubelet())) {
        assertThat(held).isNotNull();
        stage.client().resource(victim).withGracePeriod(0).delete();
        trial.await("it is gone", view -> view.instance(uid(victim)).isEmpty());
        OffsetDateTime gone = sessions.now();

        await().atMost(Play.BOUND).until(() -> sessions.workingSince(gone) > 0);

        // The pool's status is a view of the ledger, and follows it within a second.
        await()
            .alias("its line in the ledger")
            .atMost(Play.BOUND)
            .until(() -> quarantined(victim) > 0);
        assertThat(process.isAlive()).isTrue();
      }
      trial.hurtsNow();
      trial.convergesTo(3, 0);
      assertThat(process.isAlive()).isFalse();
    }
  }

  private int quarantined(Pod victim) {
    return stage.pool().require().getStatus().ledger().stream()
        .filter(line -> line.instance().startsWith(uid(victim)))
        .filter(line -> line.state() == InstanceState.Quarantined)
        .mapToInt(line -> line.bound())
        .sum();
  }

  @Test
  void anInstanceCutOffFromTheOperatorKeepsItsShareAndServes() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "instance cut off from the operator", 3)) {
      Pod victim = stage.pods().getFirst();
      Sessions sessions = atWork(victim);
      try (Node.Harm cut = node.cut(victim, Operators.addresses(stage))) {
        assertThat(cut).isNotNull();
        OffsetDateTime since = sessions.now();
        stage.scale(5);

        trial.await(
            "the others share the rest",
            view ->
                view.serving() == 5
                    && view.instance(uid(victim)).filter(Instance::serves).isPresent()
                    && view.bounds() <= view.budget());

        await().atMost(Play.BOUND).until(() -> sessions.workingSince(since) > 0);
      }
      trial.hurtsNow();
      trial.convergesTo(5, 0);
    }
  }

  /** The sessions of an instance, once clients have come to it. */
  private Sessions atWork(Pod pod) throws SQLException {
    Sessions sessions = new Sessions(stage.postgres(), pod.getStatus().getPodIP());
    OffsetDateTime since = sessions.now();
    await().atMost(Play.BOUND).until(() -> sessions.workingSince(since) > 0);
    return sessions;
  }

  private static int share(Trial trial, Pod pod) {
    return trial.observer().view().flatMap(view -> view.instance(uid(pod))).orElseThrow().bound();
  }

  private Pod victim(Pod before) {
    return Optional.ofNullable(stage.client().resource(before).get()).orElseThrow();
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }
}
