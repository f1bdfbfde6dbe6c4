package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.desired.Checksum;
import dev.penstock.operator.desired.Names;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
   * @param desired the checksum of what was applied: all manifests of a thousand pools would be
   *     most of the heap, and Secrets are not to be kept
   * @param result how the API server named what came of it
   */
  private record Applied(String desired, String result) {}

  Children(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Applies those that need it. While a name is taken by what is not the pool's, only what already
   * is the pool's is kept up to date, and nothing new is made.
   *
   * @param desired the children, in order
   * @param actual the children there are, from the watches' caches
   * @return those whose names are taken; nothing was done to what is there
   */
  List<HasMetadata> apply(List<HasMetadata> desired, Stream<? extends HasMetadata> actual) {
    Map<String, String> versions =
        actual.collect(Collectors.toMap(Children::key, Children::version, (one, other) -> other));
    List<HasMetadata> taken =
        desired.stream().filter(child -> isAnothers(child, versions)).toList();
    for (HasMetadata child : desired) {
      String there = versions.get(key(child));
      String checksum = Checksum.of(client.getKubernetesSerialization().asJson(child));
      boolean isUntouched =
          there != null && new Applied(checksum, there).equals(applied.get(key(child)));
      if (!isUntouched && (there != null || taken.isEmpty())) {
        HasMetadata result = client.resource(child).patch(APPLY);
        applied.put(key(child), new Applied(checksum, version(result)));
      }
    }
    return taken;
  }

  /** The watches see the pool's own children only; whether a name is free has to be asked. */
  private boolean isAnothers(HasMetadata child, Map<String, String> versions) {
    if (versions.containsKey(key(child))) {
      return false;
    }
    HasMetadata there = client.resource(child).get();
    return there != null && !controller(there).equals(controller(child));
  }

  /** Deletes what the pool made and no longer wants. */
  void delete(ConnectionPool pool, List<? extends HasMetadata> outdated) {
    outdated.stream()
        .filter(child -> isOwn(pool, child))
        .forEach(child -> client.resource(child).delete());
  }

  /** Deletes the autoscaler of a pool that is to have none. */
  void deleteAutoscaler(ConnectionPool pool) {
    Resource<HorizontalPodAutoscaler> autoscaler =
        client
            .autoscaling()
            .v2()
            .horizontalPodAutoscalers()
            .inNamespace(pool.getMetadata().getNamespace())
            .withName(Names.of(pool).autoscaler());
    if (isOwn(pool, autoscaler.get())) {
      autoscaler.delete();
    }
  }

  /**
   * Deletes what runs, so that the instances drain; what they need until then stays, and goes with
   * the pool that owns it.
   */
  void deleteInstances(ConnectionPool pool) {
    deleteAutoscaler(pool);
    Resource<Deployment> deployment =
        client
            .apps()
            .deployments()
            .inNamespace(pool.getMetadata().getNamespace())
            .withName(Names.of(pool).deployment());
    if (isOwn(pool, deployment.get())) {
      deployment.withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
    }
  }

  /** Deletes the DatabaseServer of a pool that had its server to itself. */
  void deleteServer(ConnectionPool pool) {
    Resource<DatabaseServer> server =
        client
            .resources(DatabaseServer.class)
            .inNamespace(pool.getMetadata().getNamespace())
            .withName(Names.of(pool).server());
    if (isOwn(pool, server.get())) {
      server.delete();
    }
  }

  /** Whether something is there and this very pool made it. */
  static boolean isOwn(ConnectionPool pool, @Nullable HasMetadata child) {
    return child != null && controller(child).equals(pool.getMetadata().getUid());
  }

  void forget(ConnectionPool pool) {
    String prefix = pool.getMetadata().getNamespace() + "/" + pool.getMetadata().getUid() + "/";
    applied.keySet().removeIf(key -> key.startsWith(prefix));
  }

  private static String key(HasMetadata child) {
    return child.getMetadata().getNamespace()
        + "/"
        + controller(child)
        + "/"
        + child.getKind()
        + "/"
        + child.getMetadata().getName();
  }

  /** UID of the resource that controls this one; empty without one. */
  private static String controller(HasMetadata child) {
    return child.getMetadata().getOwnerReferences().stream()
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .findFirst()
        .map(OwnerReference::getUid)
        .orElse("");
  }

  /** The generation where there is one: it does not move when only a status does. */
  private static String version(HasMetadata child) {
    Long generation = child.getMetadata().getGeneration();
    return child.getMetadata().getUid()
        + "@"
        + (generation == null ? child.getMetadata().getResourceVersion() : generation.toString());
  }
}
