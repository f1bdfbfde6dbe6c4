package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The resource as it is at the API server, and its status written by compare-and-set on the
 * resource version. A watch's cache lags behind one's own writes; what was written last is kept
 * here. Thread-safe for different pools.
 */
final class PoolStore {

  private final KubernetesClient client;
  private final Map<FleetId, ConnectionPool> written = new ConcurrentHashMap<>();

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
    ConnectionPool own = written.get(id);
    if (own != null
        && own.getMetadata().getUid().equals(seen.getMetadata().getUid())
        && own.getMetadata().getGeneration().equals(seen.getMetadata().getGeneration())
        && !isNewer(seen, own)) {
      return Optional.of(own);
    }
    ConnectionPool read =
        client
            .resources(ConnectionPool.class)
            .inNamespace(id.namespace())
            .withName(id.pool())
            .get();
    return Optional.ofNullable(read);
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
      written.put(id, result);
      return true;
    } catch (KubernetesClientException refused) {
      written.remove(id);
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw refused;
    }
  }

  /** Numbers of versions grow at every API server there is; what is no number is read again. */
  private static boolean isNewer(ConnectionPool seen, ConnectionPool own) {
    try {
      return Long.parseLong(seen.getMetadata().getResourceVersion())
          > Long.parseLong(own.getMetadata().getResourceVersion());
    } catch (NumberFormatException opaque) {
      return true;
    }
  }

  void forget(FleetId id) {
    written.remove(id);
  }
}
