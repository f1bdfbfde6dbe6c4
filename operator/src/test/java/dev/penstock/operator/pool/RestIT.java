package dev.penstock.operator.pool;

import static dev.penstock.operator.pool.OperatedNamespace.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pool in which all is well costs the API server nothing, and is not left alone for all that. */
class RestIT {

  private static final String NAMESPACE = "at-rest";
  private static final int BUDGET = 82;
  private static final String STRANGER = "stranger";

  @RegisterExtension
  static final OperatedNamespace operated = new OperatedNamespace(NAMESPACE, 100);

  private static final KubernetesClient client = operated.client();
  private static final PoolWorld world = operated.world();

  /** Servers are looked at twice a second meanwhile. */
  private static void awaitRest() {
    eventually().during(Duration.ofSeconds(4)).until(operated::requests, new Unchanged());
  }

  @Test
  void nothingIsAskedOfTheApiServerWhileNothingHappens() {
    world.pool("calm", 1, "127.0.21.1", operated.port());
    try (SpeakingInstance instance = world.start("calm", "calm-1", "127.0.22.1")) {
      eventually().until(() -> instance.granted() == BUDGET);
      awaitRest();
    }
  }

  @Test
  void aChangedSecretTakesEffectThoughNothingElseHappens() {
    world.pool("rotated", 1, "127.0.21.2", operated.port());
    String rendered = Names.of(world.get("rotated")).authSecret();
    eventually().until(() -> secret(rendered) != null);
    awaitRest();
    Map<String, String> before = Objects.requireNonNull(secret(rendered)).getData();
    client
        .secrets()
        .inNamespace(NAMESPACE)
        .withName("app")
        .edit(app -> new SecretBuilder(app).addToStringData("password", "rotated").build());
    eventually()
        .untilAsserted(
            () ->
                assertThat(Objects.requireNonNull(secret(rendered)).getData())
                    .isNotEqualTo(before));
  }

  private static @Nullable Secret secret(String name) {
    return client.secrets().inNamespace(NAMESPACE).withName(name).get();
  }

  /** What the operator does not read it must not overwrite. */
  @Test
  void whatSomeoneElseHasSetStaysTheirs() {
    String pool = "touched";
    world.pool(pool, 1, "127.0.21.3", operated.port());
    eventually().until(() -> configMap(pool) != null);
    touch(world.get(pool));
    touch(world.server(pool));
    touch(Objects.requireNonNull(configMap(pool)));
    client.resources(ConnectionPool.class).inNamespace(NAMESPACE).withName(pool).scale(2);
    try (SpeakingInstance _ = world.start(pool, pool + "-1", "127.0.22.3")) {
      eventually().until(() -> Objects.equals(world.status(pool).granted(), BUDGET));
      awaitRest();
    }
    assertTouched(world.get(pool));
    assertTouched(world.server(pool));
    assertTouched(Objects.requireNonNull(configMap(pool)));
  }

  private static @Nullable ConfigMap configMap(String pool) {
    return client
        .configMaps()
        .inNamespace(NAMESPACE)
        .withName(Names.of(world.get(pool)).configMap())
        .get();
  }

  private static void touch(HasMetadata resource) {
    client
        .genericKubernetesResources(resource.getApiVersion(), resource.getKind())
        .inNamespace(NAMESPACE)
        .withName(resource.getMetadata().getName())
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(STRANGER)
                .build(),
            """
            {"apiVersion": "%s", "kind": "%s",
             "metadata": {"name": "%s", "annotations": {"penstock.test/touched": "yes"}}}
            """
                .formatted(
                    resource.getApiVersion(),
                    resource.getKind(),
                    resource.getMetadata().getName()));
  }

  private static void assertTouched(HasMetadata resource) {
    assertThat(resource.getMetadata().getAnnotations())
        .containsEntry("penstock.test/touched", "yes");
    assertThat(resource.getMetadata().getManagedFields())
        .extracting(ManagedFieldsEntry::getManager)
        .contains(STRANGER, "penstock-operator");
  }
}
