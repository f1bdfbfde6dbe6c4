package dev.penstock.operator.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes wrong is said with its remedy, and the others are served on. */
class ConditionsIT {

  private static final String NAMESPACE = "conditions";
  private static final String HOST = "127.0.3.";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final KubernetesClient client = ApiServerFixture.shared().client();
  private static final PoolWorld world = new PoolWorld(client, NAMESPACE);
  private static EmbeddedPostgres postgres;
  private static RunningOperator operator;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("max_connections", "10")
            .setServerConfig("listen_addresses", "*")
            .start();
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

  private static void assertEvent(String pool, String reason, String remedy) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(world.events(pool))
                    .anySatisfy(
                        event -> {
                          assertThat(event.getReason()).isEqualTo(reason);
                          assertThat(event.getType()).isEqualTo("Warning");
                          assertThat(event.getMessage()).contains(remedy);
                        }));
  }

  @Test
  void aWrongHostIsNamedAndAnotherPoolIsServedOn() {
    world.pool("wrong-host", 1, "no-such-db.invalid", 5432);
    awaitCondition("wrong-host", "ServerReachable", "False/UnknownHost");
    assertEvent("wrong-host", "UnknownHost", "correct spec.server.host");
    assertThat(world.condition("wrong-host", "Budgeted")).isEqualTo("Unknown/ServerUnknown");

    world.pool("beside", 1, HOST + 1, postgres.getPort());
    try (SpeakingInstance instance = world.start("beside", "beside-1", "127.0.4.1")) {
      await().atMost(LIMIT).until(() -> instance.granted() == 5);
      awaitCondition("beside", "Ready", "True/InstancesReady");
    }
  }

  @Test
  void aMissingSecretIsNamedWithItsFieldAndResolvedOnceItIsThere() {
    world.pool("no-secret", 1, HOST + 2, postgres.getPort(), "not-there");
    awaitCondition("no-secret", "SecretsResolved", "False/SecretMissing");
    assertThat(world.message("no-secret", "SecretsResolved"))
        .contains("spec.server.credentialsSecretRef")
        .contains(NAMESPACE + "/not-there")
        .contains("create it");
    assertEvent("no-secret", "SecretMissing", "create it");
    world.secret("not-there", "postgres");
    awaitCondition("no-secret", "SecretsResolved", "True/Resolved");
    awaitCondition("no-secret", "ServerReachable", "True/Answered");
    await()
        .atMost(LIMIT)
        .until(
            () ->
                client.apps().deployments().inNamespace(NAMESPACE).withName("no-secret").get()
                    != null);
  }

  @Test
  void floorsAboveTheBudgetAdmitTheOldestAndSayWhatToDo() {
    String pool = "too-many";
    world.pool(pool, 8, HOST + 3, postgres.getPort());
    List<SpeakingInstance> eight =
        IntStream.rangeClosed(1, 8)
            .mapToObj(number -> world.start(pool, pool + "-" + number, "127.0.5." + number))
            .toList();
    awaitCondition(pool, "Budgeted", "False/Unsatisfiable");
    await()
        .atMost(LIMIT)
        .until(() -> eight.stream().mapToInt(SpeakingInstance::granted).sum() == 5);
    assertThat(eight).allMatch(instance -> instance.granted() <= 1);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(world.message(pool, "Budgeted")).contains("lower spec.replicas"));
    assertEvent(pool, "Unsatisfiable", "raise max_connections");
    eight.forEach(SpeakingInstance::close);
  }

  @Test
  void theYoungerOfTwoPoolsAtTheSameServerGetsNothing() {
    world.pool("older", 1, HOST + 4, postgres.getPort());
    awaitCondition("older", "Conflict", "False/OnlyOne");
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
    world.pool("younger", 1, HOST + 4, postgres.getPort());
    awaitCondition("younger", "Conflict", "True/SameServer");
    assertEvent("younger", "SameServer", NAMESPACE + "/older");
    try (SpeakingInstance instance = world.start("younger", "younger-1", "127.0.6.1");
        SpeakingInstance old = world.start("older", "older-1", "127.0.6.2")) {
      await().atMost(LIMIT).until(() -> old.granted() == 5);
      assertThat(instance.granted()).isZero();
    }
  }

  @Test
  void aScaledPoolScalesItsDeployment() {
    world.pool("scaled", 2, HOST + 5, postgres.getPort());
    await().atMost(LIMIT).until(() -> replicas("scaled") == 2);
    client.resources(ConnectionPool.class).inNamespace(NAMESPACE).withName("scaled").scale(4);
    await().atMost(LIMIT).until(() -> replicas("scaled") == 4);
  }

  private static int replicas(String name) {
    Deployment deployment = client.apps().deployments().inNamespace(NAMESPACE).withName(name).get();
    return deployment == null ? 0 : deployment.getSpec().getReplicas();
  }

  @Test
  void aChildThatSomeoneChangesOrDeletesIsPutBack() {
    world.pool("drifting", 1, HOST + 6, postgres.getPort());
    await().atMost(LIMIT).until(() -> replicas("drifting") == 1);
    client.apps().deployments().inNamespace(NAMESPACE).withName("drifting").scale(7);
    await().atMost(LIMIT).until(() -> replicas("drifting") == 1);
    client.services().inNamespace(NAMESPACE).withName("drifting").delete();
    await()
        .atMost(LIMIT)
        .until(() -> client.services().inNamespace(NAMESPACE).withName("drifting").get() != null);
  }
}
