package dev.penstock.operator.pool;

import static dev.penstock.operator.pool.OperatedNamespace.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is not the pool's is never touched, and what the API server refuses is said. */
class NamesTakenIT {

  private static final String NAMESPACE = "names-taken";
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  @RegisterExtension
  static final OperatedNamespace operated = new OperatedNamespace(NAMESPACE, 100);

  private static final KubernetesClient client = operated.client();
  private static final PoolWorld world = operated.world();

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
    world.pool("database", 1, "127.0.7.1", operated.port());
    operated.awaitCondition("database", "Applied", "False/NameTaken");
    assertThat(world.message("database", "Applied"))
        .contains("Service " + NAMESPACE + "/database")
        .contains("another name");
    operated.awaitWarning("database", "NameTaken", "another name");
    Service after = Objects.requireNonNull(client.resource(before).get());
    assertThat(after.getMetadata().getResourceVersion())
        .isEqualTo(before.getMetadata().getResourceVersion());
    assertThat(exists("database")).isFalse();
    client.resource(before).delete();
    operated.awaitCondition("database", "Applied", "True/Applied");
    eventually().until(() -> exists("database"));
  }

  @Test
  void aDeploymentOfThatNameOutlivesThePool() {
    deployment("workload");
    ConnectionPool pool = world.pool("workload", 1, "127.0.7.2", operated.port());
    operated.awaitCondition("workload", "Applied", "False/NameTaken");
    client.resource(pool).delete();
    eventually().until(() -> !world.exists("workload"));
    assertThat(exists("workload")).isTrue();
  }

  @Test
  void whatTheApiServerRefusesIsSaid() {
    world.pool("refused", 1, "127.0.7.3", operated.port());
    operated.awaitCondition("refused", "Applied", "True/Applied");
    patch("refused", "{\"spec\":{\"template\":{\"nodeSelector\":{\"disk\":\"not valid!\"}}}}");
    operated.awaitCondition("refused", "Applied", "False/ApplyRefused");
    assertThat(world.message("refused", "Applied")).contains("nodeSelector").contains("correct");
  }

  @Test
  void aPoolWhoseInstancesCannotBeConfirmedGoneIsReleasedAfterTheQuarantine() {
    ConnectionPool pool = world.pool("leaving", 1, "127.0.7.4", operated.port());
    patch("leaving", "{\"spec\":{\"template\":{\"terminationGracePeriodSeconds\":5}}}");
    try (SpeakingInstance instance = world.start("leaving", "leaving-1", "127.0.8.1")) {
      eventually().until(() -> instance.granted() > 0);
    }
    client.resource(pool).delete();
    eventually()
        .until(
            () ->
                world.events("leaving").stream()
                    .anyMatch(event -> "ReleasedUnconfirmed".equals(event.getReason())));
    eventually().until(() -> !world.exists("leaving"));
  }

  private static void patch(String pool, String json) {
    client.resources(ConnectionPool.class).inNamespace(NAMESPACE).withName(pool).patch(MERGE, json);
  }
}
