package dev.penstock.operator.pool;

import static dev.penstock.operator.pool.OperatedNamespace.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the workloads of a pool are told, and what direct ones take of its server's budget. */
class PoolWorkloadsIT {

  private static final String NAMESPACE = "pool-workloads";
  private static final String HOST = "127.0.7.";

  @RegisterExtension
  static final OperatedNamespace operated = new OperatedNamespace(NAMESPACE, 100);

  private static final KubernetesClient client = operated.client();
  private static final PoolWorld world = operated.world();

  private static void pool(String name, int host, String workloads) {
    world.pool(name, 1, HOST + host, operated.port());
    patch(name, workloads);
  }

  private static void patch(String pool, String workloads) {
    client
        .resources(ConnectionPool.class)
        .inNamespace(NAMESPACE)
        .withName(pool)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"workloads\":" + workloads + "}}");
  }

  private static void deployment(String name, int replicas) {
    client
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  replicas: %3$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: {containers: [{name: app, image: "none"}]}
                """
                    .formatted(name, NAMESPACE, replicas)
                    .getBytes(UTF_8)))
        .serverSideApply();
  }

  private static @Nullable ConfigMap configMap(String name) {
    return client.configMaps().inNamespace(NAMESPACE).withName(name).get();
  }

  private static void awaitSize(String configMap, String size) {
    eventually()
        .untilAsserted(
            () ->
                assertThat(Stream.ofNullable(configMap(configMap)).toList())
                    .singleElement()
                    .satisfies(
                        found ->
                            assertThat(found.getData())
                                .containsEntry("SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE", size)));
  }

  @Test
  void aScaledDeploymentIsToldAnotherSizeAndThenNothingIsWritten() {
    deployment("api", 4);
    pool("orders", 1, "[{\"kind\":\"Deployment\",\"name\":\"api\"}]");
    awaitSize("orders-deployment-api", "65"); // 82 × 4 over 5
    operated.awaitCondition("orders", "WorkloadsResolved", "True/Resolved");
    operated.awaitCondition("orders", "WorkloadsFit", "True/Fits");

    client.apps().deployments().inNamespace(NAMESPACE).withName("api").scale(20);
    awaitSize("orders-deployment-api", "13"); // over 25
    eventually()
        .during(Duration.ofSeconds(2))
        .until(() -> versions("orders", "orders-deployment-api"), new Unchanged());

    patch("orders", "[]");
    eventually().until(() -> configMap("orders-deployment-api") == null);
    assertThat(configMap("orders-pooler")).isNotNull();
  }

  private static List<String> versions(String pool, String configMap) {
    return Stream.of(
            world.get(pool),
            client.configMaps().inNamespace(NAMESPACE).withName(configMap).require())
        .map(found -> found.getMetadata().getResourceVersion())
        .toList();
  }

  @Test
  void aDirectWorkloadsWorstCaseIsTakenOffTheBudget() {
    deployment("batch", 3);
    pool(
        "beside",
        2,
        "[{\"kind\":\"Deployment\",\"name\":\"batch\",\"mode\":\"direct\",\"poolSize\":5}]");
    awaitSize("beside-deployment-batch", "5");
    // 3 pods and one in a rollout, 5 each.
    eventually().untilAsserted(() -> assertThat(world.status("beside").budget()).isEqualTo(62));

    client.apps().deployments().inNamespace(NAMESPACE).withName("batch").scale(16);
    operated.awaitCondition("beside", "WorkloadsFit", "False/DirectExceedsBudget");
    operated.awaitWarning(
        "beside", "DirectExceedsBudget", "100 connections of a budget of 82", "mode pooled");
    eventually().untilAsserted(() -> assertThat(world.status("beside").budget()).isZero());
  }

  @Test
  void poolsAsDeclaredThatExceedWhatCanBeServedAreWarnedOf() {
    deployment("greedy", 10);
    pool("wanted", 3, "[{\"kind\":\"Deployment\",\"name\":\"greedy\",\"poolSize\":50}]");
    operated.awaitCondition("wanted", "WorkloadsFit", "False/PoolsExceedServable");
    operated.awaitWarning(
        "wanted",
        "PoolsExceedServable",
        "Deployment greedy: 50 for each of up to 13 pods = 650",
        "serve 328");
    awaitSize("wanted-deployment-greedy", "25");
  }

  @Test
  void aMissingWorkloadIsNamedAndThePoolIsThereAllTheSame() {
    pool("lonely", 4, "[{\"kind\":\"Deployment\",\"name\":\"absent\"}]");
    operated.awaitCondition("lonely", "WorkloadsResolved", "False/WorkloadMissing");
    operated.awaitWarning(
        "lonely", "WorkloadMissing", "Deployment pool-workloads/absent", "create it");
    operated.awaitCondition("lonely", "Applied", "True/Applied");
    deployment("absent", 1);
    awaitSize("lonely-deployment-absent", "164");
    operated.awaitCondition("lonely", "WorkloadsResolved", "True/Resolved");
  }
}
