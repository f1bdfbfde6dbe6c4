package dev.penstock.operator.server;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The resources as this operator wrote or read them last: a watch's cache lags behind one's own
 * writes. Thread-safe.
 *
 * @param <K> names a resource
 * @param <R> kind of the resources
 */
public final class OwnWrites<K, R extends HasMetadata> {

  private final Map<K, R> latest = new ConcurrentHashMap<>();

  /** What is known here, unless what a watch's cache has is another one, or newer. */
  public Optional<R> notOlderThan(K key, R seen) {
    return Optional.ofNullable(latest.get(key))
        .filter(
            own ->
                own.getMetadata().getUid().equals(seen.getMetadata().getUid())
                    && own.getMetadata().getGeneration().equals(seen.getMetadata().getGeneration())
                    && !isNewer(seen, own));
  }

  /** Numbers of versions grow at every API server there is; what is no number is read again. */
  private static boolean isNewer(HasMetadata seen, HasMetadata own) {
    String version = own.getMetadata().getResourceVersion();
    if (version.equals(seen.getMetadata().getResourceVersion())) {
      return false;
    }
    try {
      return Long.parseLong(seen.getMetadata().getResourceVersion()) > Long.parseLong(version);
    } catch (NumberFormatException opaque) {
      return true;
    }
  }

  /** Takes it as it was just written or read. */
  public void put(K key, R resource) {
    latest.put(key, resource);
  }

  /** What is there is to be read again. */
  public void remove(K key) {
    latest.remove(key);
  }
}
