package dev.penstock.operator.server;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch on the versions of all Secrets where pools may be. Only metadata is asked for, so that no
 * content of a Secret that nobody names leaves the API server, and only versions are kept. What
 * fails is tried again for ever. Thread-safe.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches">Metadata-only
 *     fetches</a>
 */
final class SecretWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SecretWatch.class);

  /** Stands for all namespaces. */
  private static final String ANYWHERE = "";

  private static final ResourceDefinitionContext SECRETS =
      new ResourceDefinitionContext.Builder()
          .withVersion("v1")
          .withKind("Secret")
          .withPlural("secrets")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;
  private final Map<String, SharedIndexInformer<GenericKubernetesResource>> informers =
      new HashMap<>();

  /** Asks for metadata in place of the whole. */
  private record MetadataOnly() implements Interceptor {
    @Override
    public void before(BasicBuilder request, HttpRequest present, RequestTags tags) {
      boolean isWatch = present.uri().toString().contains("watch=true");
      request.setHeader(
          "Accept",
          "application/json;as=%s;g=meta.k8s.io;v=v1"
              .formatted(isWatch ? "PartialObjectMetadata" : "PartialObjectMetadataList"));
    }
  }

  /**
   * Begins to watch, and returns at once.
   *
   * @param like reaches the API server, and is itself left as it is
   * @param namespaces all if empty
   * @param changed told the key of each Secret that came, changed or went; must not block
   */
  SecretWatch(KubernetesClient like, Collection<String> namespaces, Consumer<String> changed) {
    client =
        new KubernetesClientBuilder()
            .withConfig(like.getConfiguration())
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor("metadata-only", new MetadataOnly()))
            .build();
    for (String namespace : namespaces.isEmpty() ? Set.of(ANYWHERE) : Set.copyOf(namespaces)) {
      SharedIndexInformer<GenericKubernetesResource> informer =
          namespace.equals(ANYWHERE)
              ? client.genericKubernetesResources(SECRETS).inAnyNamespace().runnableInformer(0)
              : client
                  .genericKubernetesResources(SECRETS)
                  .inNamespace(namespace)
                  .runnableInformer(0);
      informer
          .removeNamespaceIndex()
          .itemStore(new VersionStore())
          .exceptionHandler((_, thrown) -> isToBeTriedAgain(thrown))
          .addEventHandler(new Teller(changed));
      informers.put(namespace, informer);
    }
    informers.values().forEach(SharedIndexInformer::start);
  }

  private static boolean isToBeTriedAgain(Throwable thrown) {
    LOG.warn("Secrets cannot be watched, and are read every few seconds meanwhile", thrown);
    return true;
  }

  private record Teller(Consumer<String> changed)
      implements ResourceEventHandler<GenericKubernetesResource> {

    @Override
    public void onAdd(GenericKubernetesResource added) {
      tell(added);
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
      tell(after);
    }

    @Override
    public void onDelete(GenericKubernetesResource deleted, boolean isStateUnknown) {
      tell(deleted);
    }

    private void tell(GenericKubernetesResource secret) {
      changed.accept(key(secret.getMetadata().getNamespace(), secret.getMetadata().getName()));
    }
  }

  static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  /** Whether what is seen in a namespace is what is there, but for a moment. */
  boolean isUpToDate(String namespace) {
    SharedIndexInformer<GenericKubernetesResource> informer = informer(namespace);
    return informer != null && informer.hasSynced() && informer.isWatching();
  }

  /** The version of a Secret; empty if there is none. */
  Optional<String> version(String namespace, String name) {
    return Optional.ofNullable(informer(namespace))
        .map(informer -> informer.getStore().getByKey(key(namespace, name)))
        .map(secret -> secret.getMetadata().getResourceVersion());
  }

  private @Nullable SharedIndexInformer<GenericKubernetesResource> informer(String namespace) {
    return informers.getOrDefault(ANYWHERE, informers.get(namespace));
  }

  @Override
  public void close() {
    informers.values().forEach(SharedIndexInformer::stop);
    client.close();
  }
}
