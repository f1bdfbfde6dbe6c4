package dev.penstock.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The resource as a real API server serves it: what changes, how it scales, what is shown. */
class ConnectionPoolServedIT {

  private static final KubernetesClient client = ApiServerFixture.shared().client();

  private final Resource<ConnectionPool> pool =
      client.resources(ConnectionPool.class).inNamespace("default").withName("minimal");

  @BeforeAll
  static void installTheDefinition() {
    InstalledCrd.install(client);
  }

  @BeforeEach
  void createThePool() throws Exception {
    client
        .resource(
            Files.readString(
                SourceTree.root().resolve("crds/src/test/resources/valid/minimal.yaml")))
        .inNamespace("default")
        .create();
  }

  @AfterEach
  void deleteThePool() {
    pool.delete();
  }

  @AfterAll
  static void closeTheClient() {
    client.close();
  }

  @Test
  void hostAndPortStayAsTheyWere() {
    assertThatThrownBy(() -> change("{\"spec\":{\"server\":{\"host\":\"other-db\"}}}"))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("spec.server.host and spec.server.port cannot be changed")
        .hasMessageContaining("create another ConnectionPool");
    assertThatThrownBy(() -> change("{\"spec\":{\"server\":{\"port\":5433}}}"))
        .hasMessageContaining("cannot be changed");
  }

  @Test
  void aPoolStaysAtItsServer() {
    assertThatThrownBy(
            () -> change("{\"spec\":{\"server\":null,\"serverRef\":{\"name\":\"shared\"}}}"))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("spec.serverRef cannot be changed, nor exchanged with spec.server");
  }

  @Test
  void whatIsNotTheServersAddressMayChange() {
    ConnectionPool changed = change("{\"spec\":{\"server\":{\"headroom\":\"20%\"}}}");
    assertThat(Objects.requireNonNull(changed.getSpec().server()).headroom().getStrVal())
        .isEqualTo("20%");
  }

  @Test
  void theScaleSubresourceWritesReplicasAndTellsTheSelector() {
    ConnectionPool current = pool.get();
    current.setStatus(status());
    client.resource(current).updateStatus();

    Scale scale = pool.scale();
    assertThat(scale.getStatus().getReplicas()).isEqualTo(3);
    assertThat(scale.getStatus().getSelector()).isEqualTo("penstock.dev/pool=minimal");

    scale.getSpec().setReplicas(7);
    pool.scale(scale);
    assertThat(pool.get().getSpec().replicas()).isEqualTo(7);
  }

  @Test
  void theStatusIsKeptAsItWasWritten() {
    ConnectionPool current = pool.get();
    current.setStatus(status());
    client.resource(current).updateStatus();
    assertThat(pool.get().getStatus()).isEqualTo(status());
  }

  @Test
  void kubectlShowsTheColumns() throws Exception {
    ConnectionPool current = pool.get();
    current.setStatus(status());
    client.resource(current).updateStatus();
    Config access = ApiServerFixture.shared().administrator();
    String table =
        ClusterPrograms.run(
            ClusterPrograms.directory().resolve("kubectl"),
            "--server=" + access.getMasterUrl(),
            "--certificate-authority=" + access.getCaCertFile(),
            "--token=" + access.getOauthToken(),
            "--namespace=default",
            "get",
            "cpool");
    assertThat(table.lines().map(line -> List.of(line.split("\\s+"))).toList())
        .hasSize(2)
        .satisfies(
            lines -> {
              assertThat(lines.getFirst())
                  .containsExactly(
                      "NAME",
                      "MODE",
                      "READY",
                      "INSTANCES",
                      "BUDGET",
                      "GRANTED",
                      "HELD",
                      "WAITING",
                      "AGE");
              assertThat(lines.getLast())
                  .startsWith("minimal", "transaction", "True", "3/3", "82", "82", "5", "0");
            });
  }

  private ConnectionPool change(String mergePatch) {
    return pool.patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
  }

  private static ConnectionPoolStatus status() {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            """
            observedGeneration: 1
            replicas: 3
            readyReplicas: 3
            instances: 3/3
            selector: penstock.dev/pool=minimal
            server: {maxConnections: 100, reserved: 3, headroom: 15, budget: 82}
            budget: 82
            granted: 82
            held: 5
            waiting: 0
            round: 4000000000
            conditions:
              - type: Ready
                status: "True"
                reason: InstancesReady
                message: 3 of 3 instances serve clients
                lastTransitionTime: "2026-11-01T00:00:00Z"
                observedGeneration: 1
            ledger:
              - {instance: uid/one, pod: minimal-1, bound: 28, granted: 28, held: 5, state: Live}
            """,
            ConnectionPoolStatus.class);
  }
}
