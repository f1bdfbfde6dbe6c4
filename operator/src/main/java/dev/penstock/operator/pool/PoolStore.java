package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.server.OwnWrites;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * The resource as it is at the API server, and its status written by compare-and-set on the
 * resource version. Thread-safe for different pools.
 */
final class PoolStore {

  private final KubernetesClient client;
  private final OwnWrites<FleetId, ConnectionPool> own = new OwnWrites<>();

  PoolStore(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The latest that can be known of a pool that was seen in a cache. If it is out of date all the
   * same, the next {@link #write} fails and nothing has happened.
   *
   * @return empty if it exists no longer
   */
  Optional<ConnectionPool> latest(FleetId id, ConnectionPool seen) {
    Optional<ConnectionPool> known = own.notOlderThan(id, seen);
    if (known.isPresent()) {
      return known;
    }
    Optional<ConnectionPool> read =
        Optional.ofNullable(
            client
                .resources(ConnectionPool.class)
                .inNamespace(id.namespace())
                .withName(id.pool())
                .get());
    read.ifPresent(pool -> own.put(id, pool));
    return read;
  }

  /**
   * Writes a status over that of {@code base}, if the resource is still as {@code base} says.
   *
   * @return false if it is not: what was computed is void
   */
  boolean write(FleetId id, ConnectionPool base, ConnectionPoolStatus status) {
    ConnectionPool next = new ConnectionPool();
    next.setMetadata(base.getMetadata());
    next.setSpec(base.getSpec());
    next.setStatus(status);
    try {
      ConnectionPool result = client.resource(next).updateStatus();
      own.put(id, result);
      return true;
    } catch (KubernetesClientException refused) {
      own.remove(id);
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw refused;
    }
  }

  void forget(FleetId id) {
    own.remove(id);
  }
}
