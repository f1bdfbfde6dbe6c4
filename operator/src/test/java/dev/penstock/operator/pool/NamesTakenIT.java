package dev.penstock.operator.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is not the pool's is never touched, and what the API server refuses is said. */
class NamesTakenIT {

  private static final String NAMESPACE = "names-taken";
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private static final KubernetesClient client = ApiServerFixture.shared().client();
  private static final PoolWorld world = new PoolWorld(client, NAMESPACE);
  private static EmbeddedPostgres postgres;
  private static RunningOperator operator;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    postgres = EmbeddedPostgres.builder().setServerConfig("listen_addresses", "*").start();
    RunningOperator.prepare(client, NAMESPACE);
    world.secret("probe", "postgres");
    world.secret("app", "app");
    operator = new RunningOperator(NAMESPACE);
  }

  @AfterAll
  static void stop() throws IOException {
    operator.close();
    postgres.close();
    client.close();
  }

  private static void awaitCondition(String pool, String type, String condition) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(world.condition(pool, type)).isEqualTo(condition));
  }

  private static Service service(String name) {
    return client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withSelector(Map.of("app", "database"))
                .addNewPort()
                .withPort(5432)
                .endPort()
                .endSpec()
                .build())
        .create();
  }

  private static Deployment deployment(String name) {
    return client
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(Map.of("app", name))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(Map.of("app", name))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("other")
                .withImage("other:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }

  private static boolean exists(String deployment) {
    return client.apps().deployments().inNamespace(NAMESPACE).withName(deployment).get() != null;
  }

  @Test
  void aServiceOfThatNameIsLeftAsItIsAndNothingIsMadeUntilItIsGone() {
    Service before = service("database");
    world.pool("database", 1, "127.0.7.1", postgres.getPort());
    awaitCondition("database", "Applied", "False/NameTaken");
    assertThat(world.message("database", "Applied"))
        .contains("Service " + NAMESPACE + "/database")
        .contains("another name");
    await()
        .atMost(LIMIT)
        .until(
            () ->
                world.events("database").stream().anyMatch(e -> "NameTaken".equals(e.getReason())));
    Service after = Objects.requireNonNull(client.resource(before).get());
    assertThat(after.getMetadata().getResourceVersion())
        .isEqualTo(before.getMetadata().getResourceVersion());
    assertThat(exists("database")).isFalse();
    client.resource(before).delete();
    awaitCondition("database", "Applied", "True/Applied");
    await().atMost(LIMIT).until(() -> exists("database"));
  }

  @Test
  void aDeploymentOfThatNameOutlivesThePool() {
    deployment("workload");
    ConnectionPool pool = world.pool("workload", 1, "127.0.7.2", postgres.getPort());
    awaitCondition("workload", "Applied", "False/NameTaken");
    client.resource(pool).delete();
    await().atMost(LIMIT).until(() -> !world.exists("workload"));
    assertThat(exists("workload")).isTrue();
  }

  @Test
  void whatTheApiServerRefusesIsSaid() {
    world.pool("refused", 1, "127.0.7.3", postgres.getPort());
    awaitCondition("refused", "Applied", "True/Applied");
    patch("refused", "{\"spec\":{\"template\":{\"nodeSelector\":{\"disk\":\"not valid!\"}}}}");
    awaitCondition("refused", "Applied", "False/ApplyRefused");
    assertThat(world.message("refused", "Applied")).contains("nodeSelector").contains("correct");
  }

  @Test
  void aPoolWhoseInstancesCannotBeConfirmedGoneIsReleasedAfterTheQuarantine() {
    ConnectionPool pool = world.pool("leaving", 1, "127.0.7.4", postgres.getPort());
    patch("leaving", "{\"spec\":{\"template\":{\"terminationGracePeriodSeconds\":5}}}");
    try (SpeakingInstance instance = world.start("leaving", "leaving-1", "127.0.8.1")) {
      await().atMost(LIMIT).until(() -> instance.granted() > 0);
    }
    client.resource(pool).delete();
    await()
        .atMost(LIMIT)
        .until(
            () ->
                world.events("leaving").stream()
                    .anyMatch(event -> "ReleasedUnconfirmed".equals(event.getReason())));
    await().atMost(LIMIT).until(() -> !world.exists("leaving"));
  }

  private static void patch(String pool, String json) {
    client.resources(ConnectionPool.class).inNamespace(NAMESPACE).withName(pool).patch(MERGE, json);
  }
}
