package dev.penstock.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.e2e.cluster.Cluster;
import dev.penstock.e2e.cluster.Node;
import dev.penstock.e2e.demo.Instance;
import dev.penstock.e2e.demo.OnStage;
import dev.penstock.e2e.demo.Play;
import dev.penstock.e2e.demo.Stage;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operator ends in the middle of moving shares, or is there twice: nobody has too much. */
@ExtendWith({OnStage.class, Tabled.class})
class OperatorFaultsE2E {

  private static final int METRICS_PORT = 9127;
  private static final Pattern GRANT = Pattern.compile("(?m)^penstock_pool_grant (\\S+)$");

  private final Stage stage;
  private final FaultTable table;
  private final Node node;

  OperatorFaultsE2E(Stage stage, Cluster cluster, FaultTable table) {
    this.stage = stage;
    this.table = table;
    this.node = Node.of(cluster, System.out::println);
  }

  /** When in the course of a rebalance the operator is killed, as the API server shows it. */
  enum Moment {
    BEFORE_THE_WRITE("before it wrote"),
    AFTER_THE_WRITE("after it wrote a lower grant"),
    /** One write takes the bound down and gives what it frees to the newcomer. */
    AFTER_THE_ACKNOWLEDGEMENT("after an acknowledgement");

    private final String what;

    Moment(String what) {
      this.what = what;
    }

    private void await(Trial trial, LoweringWatch lowering) throws Exception {
      switch (this) {
        case BEFORE_THE_WRITE ->
            trial.await(
                what, view -> view.instances().stream().anyMatch(one -> one.state().isEmpty()));
        case AFTER_THE_WRITE -> lowering.await();
        case AFTER_THE_ACKNOWLEDGEMENT ->
            trial.await(
                what,
                view ->
                    view.instances().size() == 4
                        && view.instances().stream().allMatch(one -> one.grant() > 0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOperatorKilledInARebalanceIsTakenOverFrom(Moment moment) throws Exception {
    try (Trial trial = Trial.begin(stage, table, "operator killed " + moment.what, 3);
        LoweringWatch lowering = new LoweringWatch(stage)) {
      Pod operator = Operators.ready(stage).getFirst();
      ProcessHandle process = node.process(operator);
      stage.scale(4);
      moment.await(trial, lowering);

      process.destroyForcibly();

      trial.hurtsNow();
      trial.convergesTo(4, 0);
      assertThat(process.isAlive()).isFalse();
    }
  }

  /**
   * What the operator has written never reaches the instances that are to be lowered, and then it
   * is killed.
   */
  @Test
  void anOperatorKilledBeforeItToldIsTakenOverFrom() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "operator killed between write and message", 3);
        LoweringWatch lowering = new LoweringWatch(stage)) {
      Pod operator = Operators.ready(stage).getFirst();
      ProcessHandle process = node.process(operator);
      try (Node.Harm cut = node.cut(operator, addresses())) {
        assertThat(cut).isNotNull();
        stage.scale(4);
        lowering.await();

        process.destroyForcibly();
      }
      trial.hurtsNow();
      trial.convergesTo(4, 0);
    }
  }

  /** The instances hear of their lower grants, and what they answer never arrives. */
  @Test
  void anOperatorKilledBeforeItHeardIsTakenOverFrom() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "operator killed between message and answer", 3);
        LoweringWatch lowering = new LoweringWatch(stage)) {
      Pod operator = Operators.ready(stage).getFirst();
      ProcessHandle process = node.process(operator);
      try (Node.Harm deaf = node.deafen(operator, addresses())) {
        assertThat(deaf).isNotNull();
        stage.scale(4);
        lowering.await();
        await().atMost(Play.BOUND).until(() -> someoneWasTold(trial));

        process.destroyForcibly();
      }
      trial.hurtsNow();
      trial.convergesTo(4, 0);
    }
  }

  /** Whether an instance says that it has a lower grant than its bound. */
  private boolean someoneWasTold(Trial trial) {
    return trial.observer().view().orElseThrow().instances().stream()
        .filter(Instance::serves)
        .anyMatch(one -> grantByItself(one.pod()) < one.bound());
  }

  private int grantByItself(String pod) {
    String metrics =
        stage
            .client()
            .raw(
                "/api/v1/namespaces/%s/pods/%s:%d/proxy/metrics"
                    .formatted(Stage.NAMESPACE, pod, METRICS_PORT));
    Matcher grant = GRANT.matcher(Objects.requireNonNull(metrics));
    assertThat(grant.find()).as("the grant in %s", metrics).isTrue();
    return (int) Double.parseDouble(grant.group(1));
  }

  private String[] addresses() {
    return stage.pods().stream().map(pod -> pod.getStatus().getPodIP()).toArray(String[]::new);
  }

  @Test
  void twoOperatorsAtOnceCannotDisagree() throws Exception {
    try (Trial trial = Trial.begin(stage, table, "two operators at once", 3)) {
      Operators.startAnother(stage);
      try {
        trial.hurtsNow();
        stage.scale(6);
        trial.await("six", view -> view.settledAt(6));
        stage.scale(2);
        trial.convergesTo(2, 0);
      } finally {
        Operators.endTheOther(stage);
      }
    }
  }
}
