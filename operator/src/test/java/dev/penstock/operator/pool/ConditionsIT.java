package dev.penstock.operator.pool;

import static dev.penstock.operator.pool.OperatedNamespace.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong is said with its remedy, and the others are served on. */
class ConditionsIT {

  private static final String NAMESPACE = "conditions";
  private static final String HOST = "127.0.3.";

  @RegisterExtension static final OperatedNamespace operated = new OperatedNamespace(NAMESPACE, 10);

  private static final KubernetesClient client = operated.client();
  private static final PoolWorld world = operated.world();

  @Test
  void aWrongHostIsNamedAndAnotherPoolIsServedOn() {
    world.pool("wrong-host", 1, "no-such-db.invalid", 5432);
    operated.awaitCondition("wrong-host", "ServerReachable", "False/UnknownHost");
    operated.awaitWarning("wrong-host", "UnknownHost", "correct spec.server.host");
    assertThat(world.condition("wrong-host", "Budgeted")).isEqualTo("Unknown/ServerUnknown");

    world.pool("beside", 1, HOST + 1, operated.port());
    try (SpeakingInstance instance = world.start("beside", "beside-1", "127.0.4.1")) {
      eventually().until(() -> instance.granted() == 5);
      operated.awaitCondition("beside", "Ready", "True/InstancesReady");
    }
  }

  @Test
  void aMissingSecretIsNamedWithItsFieldAndResolvedOnceItIsThere() {
    world.pool("no-secret", 1, HOST + 2, operated.port(), "not-there");
    operated.awaitCondition("no-secret", "SecretsResolved", "False/SecretMissing");
    assertThat(world.message("no-secret", "SecretsResolved"))
        .contains("spec.server.credentialsSecretRef")
        .contains(NAMESPACE + "/not-there")
        .contains("create it");
    operated.awaitWarning("no-secret", "SecretMissing", "create it");
    world.secret("not-there", "postgres");
    operated.awaitCondition("no-secret", "SecretsResolved", "True/Resolved");
    operated.awaitCondition("no-secret", "ServerReachable", "True/Answered");
    eventually()
        .until(
            () ->
                client.apps().deployments().inNamespace(NAMESPACE).withName("no-secret").get()
                    != null);
  }

  @Test
  void floorsAboveTheBudgetAdmitTheOldestAndSayWhatToDo() {
    String pool = "too-many";
    world.pool(pool, 8, HOST + 3, operated.port());
    List<SpeakingInstance> eight =
        IntStream.rangeClosed(1, 8)
            .mapToObj(number -> world.start(pool, pool + "-" + number, "127.0.5." + number))
            .toList();
    operated.awaitCondition(pool, "Budgeted", "False/Unsatisfiable");
    eventually().until(() -> eight.stream().mapToInt(SpeakingInstance::granted).sum() == 5);
    assertThat(eight).allMatch(instance -> instance.granted() <= 1);
    eventually()
        .untilAsserted(
            () -> assertThat(world.message(pool, "Budgeted")).contains("lower spec.replicas"));
    operated.awaitWarning(pool, "Unsatisfiable", "raise max_connections");
    eight.forEach(SpeakingInstance::close);
  }

  @Test
  void theYoungerOfTwoPoolsAtTheSameServerGetsNothing() {
    world.pool("older", 1, HOST + 4, operated.port());
    operated.awaitCondition("older", "Conflict", "False/OnlyOne");
    // Ages are told apart by the second, and it is the DatabaseServer's that counts.
    await()
        .until(
            () ->
                Instant.now()
                    .isAfter(
                        Instant.parse(
                                client
                                    .resources(DatabaseServer.class)
                                    .inNamespace(NAMESPACE)
                                    .withName("older")
                                    .get()
                                    .getMetadata()
                                    .getCreationTimestamp())
                            .plusSeconds(1)));
    world.pool("younger", 1, HOST + 4, operated.port());
    operated.awaitCondition("younger", "Conflict", "True/SameServer");
    operated.awaitWarning("younger", "SameServer", NAMESPACE + "/older");
    try (SpeakingInstance instance = world.start("younger", "younger-1", "127.0.6.1");
        SpeakingInstance old = world.start("older", "older-1", "127.0.6.2")) {
      eventually().until(() -> old.granted() == 5);
      assertThat(instance.granted()).isZero();
    }
  }

  @Test
  void aScaledPoolScalesItsDeployment() {
    world.pool("scaled", 2, HOST + 5, operated.port());
    eventually().until(() -> replicas("scaled") == 2);
    client.resources(ConnectionPool.class).inNamespace(NAMESPACE).withName("scaled").scale(4);
    eventually().until(() -> replicas("scaled") == 4);
  }

  private static int replicas(String name) {
    Deployment deployment = client.apps().deployments().inNamespace(NAMESPACE).withName(name).get();
    return deployment == null ? 0 : deployment.getSpec().getReplicas();
  }

  @Test
  void aChildThatSomeoneChangesOrDeletesIsPutBack() {
    world.pool("drifting", 1, HOST + 6, operated.port());
    eventually().until(() -> replicas("drifting") == 1);
    client.apps().deployments().inNamespace(NAMESPACE).withName("drifting").scale(7);
    eventually().until(() -> replicas("drifting") == 1);
    client.services().inNamespace(NAMESPACE).withName("drifting").delete();
    eventually()
        .until(() -> client.services().inNamespace(NAMESPACE).withName("drifting").get() != null);
  }
}
