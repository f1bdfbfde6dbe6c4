package dev.penstock.operator.server;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cache of one watch, which keeps only what is read of a resource. What it gives out must never
 * be sent to the API server. Not to be shared by watches: each deletes what it does not see itself.
 * Thread-safe.
 *
 * @param <R> kind of the resources
 */
public final class TrimmedStore<R extends HasMetadata> implements ItemStore<R> {

  private final Map<String, R> items = new ConcurrentHashMap<>();
  private final UnaryOperator<R> trimmed;

  /**
   * Is empty.
   *
   * @param trimmed the part of a resource that is kept, with its name and version at least
   */
  public TrimmedStore(UnaryOperator<R> trimmed) {
    this.trimmed = trimmed;
  }

  @Override
  public String getKey(R item) {
    return Cache.metaNamespaceKeyFunc(item);
  }

  @Override
  public @Nullable R put(String key, R item) {
    return items.put(key, trimmed.apply(item));
  }

  @Override
  public @Nullable R remove(String key) {
    return items.remove(key);
  }

  @Override
  public @Nullable R get(String key) {
    return items.get(key);
  }

  @Override
  public Stream<String> keySet() {
    return items.keySet().stream();
  }

  @Override
  public Stream<R> values() {
    return items.values().stream();
  }

  @Override
  public int size() {
    return items.size();
  }
}
