package dev.penstock.operator.pool;

import static dev.penstock.operator.pool.OperatedNamespace.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ApiServerFixture;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator that watches several namespaces, but not all. */
class ManyNamespacesIT {

  private static final List<String> NAMESPACES = List.of("left", "right");
  private static final String POOL = "orders";

  @Test
  void whatIsSeenInOneNamespaceIsNotForgottenForAnother() throws IOException, InterruptedException {
    try (KubernetesClient client = ApiServerFixture.shared().client()) {
      for (String namespace : NAMESPACES) {
        RunningOperator.prepare(client, namespace);
        PoolWorld world = new PoolWorld(client, namespace);
        world.secret("probe", "postgres");
        world.secret("app", "app");
      }
      try (RunningOperator operator = new RunningOperator(NAMESPACES.toArray(String[]::new))) {
        for (String namespace : NAMESPACES) {
          new PoolWorld(client, namespace).pool(POOL, 1, "no-such-server.invalid", 5432);
        }
        for (String namespace : NAMESPACES) {
          eventually()
              .until(
                  () ->
                      client.apps().deployments().inNamespace(namespace).withName(POOL).get()
                          != null);
        }
        // A child that a watch has lost sight of would be looked for and applied again.
        eventually().during(Duration.ofSeconds(4)).until(operator::requests, new Unchanged());
        assertThat(operator.requests()).isNotEmpty();
      }
    }
  }
}
