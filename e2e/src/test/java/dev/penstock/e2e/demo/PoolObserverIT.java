package dev.penstock.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.InstalledCrd;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the demo sees and does through a real API server, with nobody to reconcile the pool. */
class PoolObserverIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String namespace = "observer-" + UUID.randomUUID();
  private final KubernetesClient client = ApiServerFixture.shared().client();

  @BeforeEach
  void aPool() {
    InstalledCrd.install(client);
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    Manifests.apply(
        client,
        namespace,
        Manifests.parse(
            client,
            """
            apiVersion: penstock.dev/v1alpha1
            kind: ConnectionPool
            metadata:
              name: watched
            spec:
              server:
                host: postgres
                credentialsSecretRef:
                  name: probe
              users:
                - secretRef:
                    name: app
            """));
  }

  @AfterEach
  void closeTheClient() {
    client.close();
  }

  @Test
  void scalesThroughTheSubresource() {
    Stage.scale(pool(), 7);

    assertThat(pool().require().getSpec().replicas()).isEqualTo(7);
  }

  @Test
  void wakesWhenThePoolHasSettled() throws Exception {
    try (PoolObserver observer = new PoolObserver(client, namespace, "watched")) {
      assertThat(observer.view()).hasValueSatisfying(view -> assertThat(view.budget()).isZero());
      Pod pod = readyPod();
      status(List.of(entry(pod, 82)));

      assertThat(
              observer.await("one instance", view -> view.settledAt(1), PATIENCE).view().grants())
          .isEqualTo("1×82");
      assertThat(observer.highestBounds()).isEqualTo(82);
    }
  }

  @Test
  void saysWhatIsThereWhenAStateIsNotReached() {
    try (PoolObserver observer = new PoolObserver(client, namespace, "watched")) {
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(
              () ->
                  observer.await("two instances", view -> view.settledAt(2), Duration.ofMillis(50)))
          .withMessageContaining("two instances")
          .withMessageContaining("PoolView");
    }
  }

  @Test
  void readsTheColumnsAsPeopleSeeThem() {
    status(List.of());

    assertThat(Columns.of(client, namespace, "watched"))
        .hasValueSatisfying(line -> assertThat(line).containsEntry("Budget", "82"));
    assertThat(Columns.of(client, namespace, "absent")).isEmpty();
  }

  private Resource<ConnectionPool> pool() {
    return client.resources(ConnectionPool.class).inNamespace(namespace).withName("watched");
  }

  private void status(List<LedgerEntry> ledger) {
    ConnectionPool current = pool().require();
    current.setStatus(
        new ConnectionPoolStatus(
            current.getMetadata().getGeneration(),
            null,
            null,
            null,
            null,
            List.of(),
            null,
            82,
            null,
            null,
            null,
            null,
            ledger,
            List.of()));
    client.resource(current).updateStatus();
  }

  private static LedgerEntry entry(Pod pod, int grant) {
    return new LedgerEntry(
        pod.getMetadata().getUid() + "/1",
        pod.getMetadata().getName(),
        null,
        grant,
        grant,
        1,
        0,
        0,
        0,
        InstanceState.Live,
        null,
        null);
  }

  private Pod readyPod() {
    Pod pod =
        client
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withName("one")
                    .withNamespace(namespace)
                    .withLabels(Map.of("penstock.dev/pool", "watched"))
                    .endMetadata()
                    .withNewSpec()
                    .addNewContainer()
                    .withName("pooler")
                    .withImage("none")
                    .endContainer()
                    .endSpec()
                    .build())
            .create();
    return client
        .resource(
            new PodBuilder(pod)
                .withNewStatus()
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build())
        .updateStatus();
  }
}
