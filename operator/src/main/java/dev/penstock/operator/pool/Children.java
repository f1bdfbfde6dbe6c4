package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.desired.Names;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Applies what a pool should have, by server-side apply with one field manager for all kinds. What
 * was applied and has not been touched since is not applied again, so that a reconciliation for a
 * grant costs the API server nothing. Thread-safe for different pools.
 */
final class Children {

  /** Field manager of everything the operator applies; it never changes. */
  static final String FIELD_MANAGER = "penstock-operator";

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(FIELD_MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final Map<String, Applied> applied = new ConcurrentHashMap<>();

  /**
   * An apply that was done.
   *
   * @param desired what was applied
   * @param result how the API server named what came of it
   */
  private record Applied(HasMetadata desired, String result) {}

  Children(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Applies those that need it.
   *
   * @param desired the children, in order
   * @param actual the children there are, from the watches' caches
   */
  void apply(List<HasMetadata> desired, Stream<? extends HasMetadata> actual) {
    Map<String, String> versions =
        actual.collect(Collectors.toMap(Children::key, Children::version, (one, other) -> other));
    for (HasMetadata child : desired) {
      Applied before = applied.get(key(child));
      boolean isUntouched =
          before != null
              && before.desired().equals(child)
              && before.result().equals(versions.get(key(child)));
      if (!isUntouched) {
        HasMetadata result = client.resource(child).patch(APPLY);
        applied.put(key(child), new Applied(child, version(result)));
      }
    }
  }

  /** Deletes the autoscaler of a pool that is to have none. */
  void deleteAutoscaler(ConnectionPool pool) {
    client
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace(pool.getMetadata().getNamespace())
        .withName(Names.of(pool).autoscaler())
        .delete();
  }

  /**
   * Deletes what runs, so that the instances drain; what they need until then stays, and goes with
   * the pool that owns it.
   */
  void deleteInstances(ConnectionPool pool) {
    String namespace = pool.getMetadata().getNamespace();
    deleteAutoscaler(pool);
    client
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName(Names.of(pool).deployment())
        .withPropagationPolicy(DeletionPropagation.BACKGROUND)
        .delete();
  }

  void forget(ConnectionPool pool) {
    String prefix = pool.getMetadata().getNamespace() + "/" + pool.getMetadata().getUid() + "/";
    applied.keySet().removeIf(key -> key.startsWith(prefix));
  }

  private static String key(HasMetadata child) {
    String owner =
        child.getMetadata().getOwnerReferences().stream()
            .findFirst()
            .map(reference -> reference.getUid())
            .orElse("");
    return child.getMetadata().getNamespace()
        + "/"
        + owner
        + "/"
        + child.getKind()
        + "/"
        + child.getMetadata().getName();
  }

  /** The generation where there is one: it does not move when only a status does. */
  private static String version(HasMetadata child) {
    Long generation = child.getMetadata().getGeneration();
    return child.getMetadata().getUid()
        + "@"
        + (generation == null ? child.getMetadata().getResourceVersion() : generation.toString());
  }
}
