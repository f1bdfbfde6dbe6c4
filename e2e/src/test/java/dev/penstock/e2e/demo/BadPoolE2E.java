package dev.penstock.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.e2e.client.Stats;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pools that cannot work: each says why and what to do, and the others do not notice. */
@ExtendWith(OnStage.class)
class BadPoolE2E {

  private static final String NAME = "bad";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Stage stage;

  BadPoolE2E(Stage stage) {
    this.stage = stage;
  }

  @AfterEach
  void removeThePool() {
    pool().delete();
    await().atMost(PATIENCE).until(() -> pool().get() == null);
  }

  @Test
  void aWrongHostIsNamed() throws Exception {
    apply("no-such-server", "quickstart-probe", "15%", "auto", 1);

    assertComplaint("no-such-server", "spec.server.host");
    assertTheGoodOneServes();
  }

  @Test
  void aMissingSecretIsNamed() throws Exception {
    secondServer();
    apply("second", "no-such-secret", "15%", "auto", 1);

    assertComplaint("no-such-secret", "Secret");
    assertTheGoodOneServes();
  }

  @Test
  void aBudgetBelowTheFloorsSaysWhatFits() throws Exception {
    secondServer();
    apply("second", "quickstart-probe", "0", "7", 6);

    assertComplaint("only 4 are to be had", "lower spec.replicas");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(pool().require().getStatus().granted()).isEqualTo(4));
    assertTheGoodOneServes();
  }

  @Test
  void aBadPercentageIsRefusedWithTheRemedy() throws Exception {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> apply("second", "quickstart-probe", "150%", "auto", 1))
        .withMessageContaining("spec.server.headroom must be a percentage");
    assertTheGoodOneServes();
  }

  @Test
  void aPoolThatIsDeletedLeavesNothingBehind() throws Exception {
    secondServer();
    apply("second", "quickstart-probe", "15%", "10", 2);
    try (PoolObserver observer = new PoolObserver(stage.client(), Stage.NAMESPACE, NAME)) {
      observer.await("the second pool", view -> view.settledAt(2), Play.BOUND);
    }

    pool().delete();

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(leftovers()).isEmpty());
    assertTheGoodOneServes();
  }

  private List<String> leftovers() {
    var client = stage.client();
    return Stream.<List<? extends HasMetadata>>of(
            client
                .pods()
                .inNamespace(Stage.NAMESPACE)
                .withLabel("penstock.dev/pool", NAME)
                .list()
                .getItems(),
            client
                .services()
                .inNamespace(Stage.NAMESPACE)
                .withLabel("penstock.dev/pool", NAME)
                .list()
                .getItems(),
            client
                .secrets()
                .inNamespace(Stage.NAMESPACE)
                .withLabel("penstock.dev/pool", NAME)
                .list()
                .getItems(),
            client
                .configMaps()
                .inNamespace(Stage.NAMESPACE)
                .withLabel("penstock.dev/pool", NAME)
                .list()
                .getItems(),
            client
                .apps()
                .deployments()
                .inNamespace(Stage.NAMESPACE)
                .withLabel("penstock.dev/pool", NAME)
                .list()
                .getItems())
        .flatMap(List::stream)
        .map(item -> item.getKind() + "/" + item.getMetadata().getName())
        .toList();
  }

  /** The good pool's server under another name, so that the two do not share an account. */
  private void secondServer() {
    Manifests.apply(
        stage.client(),
        Stage.NAMESPACE,
        Manifests.parse(
            stage.client(),
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: second
            spec:
              selector:
                app.kubernetes.io/name: postgres
              ports:
                - port: 5432
                  targetPort: postgres
            """));
  }

  private void apply(
      String host, String secret, String headroom, String maxConnections, int replicas) {
    Manifests.apply(
        stage.client(),
        Stage.NAMESPACE,
        Manifests.parse(
            stage.client(),
            """
            apiVersion: penstock.dev/v1alpha1
            kind: ConnectionPool
            metadata:
              name: %s
            spec:
              server:
                host: %s
                headroom: %s
                maxConnections: %s
                credentialsSecretRef:
                  name: %s
              replicas: %d
              users:
                - secretRef:
                    name: quickstart-app
            """
                .formatted(NAME, host, headroom, maxConnections, secret, replicas)));
  }

  private void assertComplaint(String... words) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(pool().require().getStatus()).isNotNull();
              assertThat(pool().require().getStatus().conditions())
                  .filteredOn(condition -> condition.getStatus().equals("False"))
                  .extracting(Condition::getMessage)
                  .anySatisfy(message -> assertThat(message).contains(words));
              assertThat(warnings()).anySatisfy(message -> assertThat(message).contains(words));
            });
  }

  private List<String> warnings() {
    return stage.client().v1().events().inNamespace(Stage.NAMESPACE).list().getItems().stream()
        .filter(event -> Objects.equals(event.getType(), "Warning"))
        .filter(event -> NAME.equals(event.getInvolvedObject().getName()))
        .map(Event::getMessage)
        .toList();
  }

  private void assertTheGoodOneServes() throws Exception {
    stage.clientsAtWork();
    Stats before = stage.clients().stats();
    await().atMost(PATIENCE).until(() -> stage.clients().stats().done() > before.done() + 100);
    Stats after = stage.clients().stats();
    assertThat(after.failed()).as("failures: %s", after.failures()).isEqualTo(before.failed());
  }

  private Resource<ConnectionPool> pool() {
    return stage
        .client()
        .resources(ConnectionPool.class)
        .inNamespace(Stage.NAMESPACE)
        .withName(NAME);
  }
}
