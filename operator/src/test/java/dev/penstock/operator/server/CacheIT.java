package dev.penstock.operator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.crds.ApiServerFixture;
import dev.penstock.operator.ApiClient;
import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What watches keep of what a real API server tells them. */
class CacheIT {

  private static final String NAMESPACE = "caches";
  private static final String OTHER = "caches-elsewhere";

  private static final KubernetesClient administrator = ApiServerFixture.shared().client();
  private static final KubernetesClient client =
      ApiClient.builder().withConfig(ApiServerFixture.shared().administrator()).build();

  @BeforeAll
  static void createNamespaces() {
    for (String name : List.of(NAMESPACE, OTHER)) {
      administrator
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .serverSideApply();
    }
  }

  @AfterAll
  static void close() {
    client.close();
    administrator.close();
  }

  @Test
  void aCachedPodTellsTheSameFactsWithoutManagedFieldsOrImages() {
    Pod pod =
        administrator
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withNamespace(NAMESPACE)
                    .withName("cached")
                    .addToAnnotations("a", "b")
                    .endMetadata()
                    .withNewSpec()
                    .addNewContainer()
                    .withName("pooler")
                    .withImage("penstock/pooler:test")
                    .addNewPort()
                    .withName("fleet")
                    .withContainerPort(7)
                    .endPort()
                    .endContainer()
                    .endSpec()
                    .build())
            .serverSideApply();
    assertThat(pod.getMetadata().getManagedFields()).isNotEmpty();
    try (SharedIndexInformer<Pod> informer =
        client
            .pods()
            .inNamespace(NAMESPACE)
            .runnableInformer(0)
            .itemStore(new TrimmedStore<>(PodFacts::trimmed))) {
      informer.start();
      await().until(() -> informer.getStore().getByKey(NAMESPACE + "/cached") != null);
      Pod cached = informer.getStore().getByKey(NAMESPACE + "/cached");
      assertThat(cached.getMetadata().getManagedFields()).isEmpty();
      assertThat(cached.getMetadata().getAnnotations()).isEmpty();
      assertThat(cached.getSpec().getContainers().getFirst().getImage()).isNull();
      FleetId pool = new FleetId(NAMESPACE, "any");
      assertThat(PodFacts.of(pool, cached)).isEqualTo(PodFacts.of(pool, pod));
    }
    assertThat(client.pods().inNamespace(NAMESPACE).withName("cached").get().getMetadata())
        .satisfies(metadata -> assertThat(metadata.getManagedFields()).isEmpty());
  }

  private static Secret secret(String namespace, String password) {
    return administrator
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("watched")
                .endMetadata()
                .addToStringData("password", password)
                .build())
        .forceConflicts()
        .serverSideApply();
  }

  @Test
  void versionsOfSecretsAreSeenInTheNamespacesThatAreWatched() {
    Secret first = secret(NAMESPACE, "one");
    secret(OTHER, "one");
    List<String> changed = new CopyOnWriteArrayList<>();
    try (SecretWatch watch = new SecretWatch(client, Set.of(NAMESPACE), changed::add)) {
      await().until(() -> watch.isUpToDate(NAMESPACE));
      assertThat(watch.version(NAMESPACE, "watched"))
          .hasValue(first.getMetadata().getResourceVersion());
      changed.clear();
      secret(OTHER, "two");
      Secret second = secret(NAMESPACE, "two");
      await().untilAsserted(() -> assertThat(changed).containsExactly(NAMESPACE + "/watched"));
      assertThat(watch.version(NAMESPACE, "watched"))
          .hasValue(second.getMetadata().getResourceVersion());
      assertThat(watch.isUpToDate(OTHER)).isFalse();
      administrator.resource(second).delete();
      await().until(() -> watch.version(NAMESPACE, "watched").equals(Optional.empty()));
    }
  }

  @Test
  void aWatchOfAllNamespacesSeesThemAll() {
    secret(OTHER, "three");
    try (SecretWatch watch = new SecretWatch(client, Set.of(), _ -> {})) {
      await().until(() -> watch.isUpToDate(OTHER));
      assertThat(watch.version(OTHER, "watched")).isPresent();
    }
  }
}
