package dev.penstock.operator.workload;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A watch on all objects of one kind in one namespace. What fails is tried again for ever, and what
 * was seen before stands meanwhile. Thread-safe.
 */
final class ObjectWatch implements AutoCloseable {

  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final String namespace;
  private volatile @Nullable Throwable failure;

  /**
   * Begins to watch, and returns at once.
   *
   * @param gist the part of an object that matters: a change of anything else is not told
   * @param about the workload that an object is about
   * @param changed told the workload that an object which came, changed or went is about
   * @param gone told an object that is no longer there, before {@code changed} is
   * @param ready told when all that is there has been seen for the first time, or cannot be
   */
  ObjectWatch(
      KubernetesClient client,
      ResourceDefinitionContext kind,
      String namespace,
      Function<GenericKubernetesResource, Object> gist,
      Function<GenericKubernetesResource, String> about,
      Consumer<String> changed,
      Consumer<GenericKubernetesResource> gone,
      Runnable ready) {
    this.namespace = namespace;
    informer = client.genericKubernetesResources(kind).inNamespace(namespace).runnableInformer(0);
    informer.exceptionHandler(
        (_, thrown) -> {
          boolean isFirst = failure == null;
          failure = thrown;
          if (isFirst) {
            ready.run();
          }
          return true;
        });
    informer.addEventHandler(new Teller(gist, about, changed, gone));
    informer.start().thenRun(ready);
  }

  private record Teller(
      Function<GenericKubernetesResource, Object> gist,
      Function<GenericKubernetesResource, String> about,
      Consumer<String> changed,
      Consumer<GenericKubernetesResource> gone)
      implements ResourceEventHandler<GenericKubernetesResource> {

    @Override
    public void onAdd(GenericKubernetesResource added) {
      changed.accept(about.apply(added));
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
      if (!gist.apply(before).equals(gist.apply(after))) {
        // An autoscaler may have been turned from one workload to another.
        Stream.of(before, after).map(about).distinct().forEach(changed);
      }
    }

    @Override
    public void onDelete(GenericKubernetesResource deleted, boolean isStateUnknown) {
      gone.accept(deleted);
      changed.accept(about.apply(deleted));
    }
  }

  /** Whether all that is there has been seen once. */
  boolean isComplete() {
    return informer.hasSynced();
  }

  /** Why nothing has been seen yet, in the words of the API server. */
  Optional<String> refusal() {
    Throwable thrown = failure;
    return thrown == null || isComplete() ? Optional.empty() : Optional.of(message(thrown));
  }

  private static String message(Throwable thrown) {
    Throwable cause = thrown;
    while (!(cause instanceof KubernetesClientException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  Optional<GenericKubernetesResource> get(String name) {
    return Optional.ofNullable(informer.getStore().getByKey(namespace + "/" + name));
  }

  List<GenericKubernetesResource> list() {
    return informer.getStore().list();
  }

  @Override
  public void close() {
    informer.stop();
  }
}
