package dev.penstock.simulation;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pools that share the server. One that is deleted is there until the ledger counts none of its
 * instances: its finalizer sees to that.
 */
final class Tenants {

  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Map<FleetId, Integer> WEIGHTS =
      Map.of(new FleetId("shop", "carts"), 2, new FleetId("shop", "orders"), 1);

  private final World world;
  private final Map<FleetId, ConnectionPool> pools = new LinkedHashMap<>();

  Tenants(World world) {
    this.world = world;
  }

  /** All that exist, those included that are being deleted. */
  List<ConnectionPool> all() {
    return List.copyOf(pools.values());
  }

  /** Those that are to have instances. */
  List<FleetId> staying() {
    return pools.keySet().stream().sorted(Tenants::byName).filter(id -> !isLeaving(id)).toList();
  }

  /** Those that do not exist. */
  List<FleetId> missing() {
    return WEIGHTS.keySet().stream()
        .sorted(Tenants::byName)
        .filter(id -> !pools.containsKey(id))
        .toList();
  }

  /**
   * Whether the ledger counts instances of a pool that does not exist: an operator whose watch lags
   * has taken them in again.
   */
  boolean someAreForgotten() {
    return missing().stream().anyMatch(this::isCounted);
  }

  private boolean isCounted(FleetId id) {
    return world.ledger().stream().anyMatch(line -> id.toString().equals(line.pool()));
  }

  private static int byName(FleetId one, FleetId other) {
    return one.pool().compareTo(other.pool());
  }

  private boolean isLeaving(FleetId id) {
    ConnectionPool pool = pools.get(id);
    return pool != null && pool.getMetadata().getDeletionTimestamp() != null;
  }

  /** Adds a pool, with an instance for each that there is room for. */
  void add(FleetId id, int instances) {
    pools.put(id, pool(id, WEIGHTS.getOrDefault(id, 1)));
    for (int i = 0; i < instances && world.cluster().nodes().size() < World.MOST_PODS; i++) {
      world.cluster().create(id);
    }
  }

  /** Deletes a pool, and its Deployment. */
  void delete(FleetId id) {
    pools.computeIfPresent(
        id,
        (_, pool) -> {
          ConnectionPool leaving = new ConnectionPool();
          leaving.setMetadata(
              new ObjectMetaBuilder(pool.getMetadata())
                  .withDeletionTimestamp(world.wallClock().toString())
                  .build());
          leaving.setSpec(pool.getSpec());
          return leaving;
        });
    List.copyOf(world.cluster().nodes()).stream()
        .filter(node -> node.fleet.equals(id))
        .forEach(Node::delete);
    release(id);
  }

  private void release(FleetId id) {
    if (isCounted(id) || world.cluster().nodes().stream().anyMatch(node -> node.fleet.equals(id))) {
      world.time().after(LOOK, () -> release(id));
    } else {
      pools.remove(id);
      world.log("pool " + id + " is released");
    }
  }

  private static ConnectionPool pool(FleetId id, int weight) {
    return YAML.unmarshal(
        """
        apiVersion: penstock.dev/v1alpha1
        kind: ConnectionPool
        metadata:
          name: %s
          namespace: %s
          uid: %s
          creationTimestamp: "2029-12-31T00:00:00Z"
        spec:
          serverRef: {name: db}
          share: {weight: %d}
          template: {terminationGracePeriodSeconds: %d}
        """
            .formatted(id.pool(), id.namespace(), id.pool(), weight, World.GRACE.toSeconds()),
        ConnectionPool.class);
  }
}
