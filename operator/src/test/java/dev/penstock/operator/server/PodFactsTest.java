package dev.penstock.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.contract.Incarnation;
import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PodFactsTest {

  private static final FleetId POOL = new FleetId("shop", "orders");

  private static PodFacts pod(String ready, String since, String state) {
    return pod(ready, since, state, 0);
  }

  private static PodFacts pod(String ready, String since, String state, int restarts) {
    String yaml =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: p, uid: u, creationTimestamp: "2030-01-01T00:00:00Z"}
        spec:
          containers:
            - {name: pooler, image: any, ports: [{name: http, containerPort: 1}, {name: fleet, containerPort: 2}]}
        status:
          podIP: 10.0.0.1
          conditions: [{type: Ready, status: "%s", lastTransitionTime: "%s"}]
          containerStatuses: [{name: pooler, ready: false, restartCount: %d, state: {%s}}]
        """
            .formatted(ready, since, restarts, state);
    Pod pod = new KubernetesSerialization().unmarshal(yaml, Pod.class);
    PodFacts facts = PodFacts.of(POOL, pod);
    assertThat(PodFacts.of(POOL, PodFacts.trimmed(pod))).as("from a cache").isEqualTo(facts);
    return facts;
  }

  private static final Instant END = Instant.parse("2030-01-01T00:00:59Z");

  private static String ended(int exitCode) {
    return "terminated: {exitCode: %d, finishedAt: \"%s\"}".formatted(exitCode, END);
  }

  private static final String RUNNING = "running: {startedAt: \"2030-01-01T00:00:05Z\"}";

  @Test
  void whoIsReadyOrCeasedToBeSoHasServed() {
    assertThat(pod("True", "2030-01-01T00:00:09Z", RUNNING).served()).isTrue();
    assertThat(pod("False", "2030-01-01T00:01:00Z", RUNNING).served()).isTrue();
  }

  @Test
  void whoWasNeverReadySinceItStartedHasNot() {
    assertThat(pod("False", "2030-01-01T00:00:01Z", RUNNING).served()).isFalse();
    assertThat(pod("False", "2030-01-01T00:00:05Z", RUNNING).served()).isFalse();
    assertThat(pod("False", "2030-01-01T00:00:01Z", "waiting: {reason: x}").served()).isFalse();
  }

  @Test
  void onlyAnExitCodeOfZeroIsACleanEnd() {
    assertThat(pod("False", "2030-01-01T00:01:00Z", ended(0)).life())
        .isEqualTo(new PodFacts.Life.Ended(true, END));
    assertThat(pod("False", "2030-01-01T00:01:00Z", ended(137)).life())
        .isEqualTo(new PodFacts.Life.Ended(false, END));
  }

  @Test
  void anExitCodeSaysNothingOfTheProcessesBefore() {
    assertThat(pod("False", "2030-01-01T00:01:00Z", ended(0), 1).life())
        .isEqualTo(new PodFacts.Life.Ended(false, END));
  }

  @Test
  void anEndIsOfWhoBeganBeforeItAndNotOfWhoBeganSince() {
    var end = new PodFacts.Life.Ended(true, END);
    assertThat(end.isOf(Incarnation.draw(END.minusMillis(1)))).isTrue();
    assertThat(end.isOf(Incarnation.draw(END))).isFalse();
    assertThat(end.isOf(new Incarnation("a name that does not say when"))).isFalse();
  }

  @Test
  void anEndWithoutATimeIsNoOnes() {
    PodFacts pod = pod("False", "2030-01-01T00:01:00Z", "terminated: {exitCode: 137}");
    assertThat(pod.life()).isEqualTo(new PodFacts.Life.Ended(false, Instant.EPOCH));
  }
}
