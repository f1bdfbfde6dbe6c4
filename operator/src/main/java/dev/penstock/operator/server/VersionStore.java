package dev.penstock.operator.server;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps the versions of what a watch sees, and nothing else of it. Thread-safe. */
final class VersionStore implements ItemStore<GenericKubernetesResource> {

  private final Map<String, String> versions = new ConcurrentHashMap<>();

  @Override
  public String getKey(GenericKubernetesResource seen) {
    return Cache.metaNamespaceKeyFunc(seen);
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource seen) {
    return restored(key, versions.put(key, seen.getMetadata().getResourceVersion()));
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    return restored(key, versions.remove(key));
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return restored(key, versions.get(key));
  }

  @Override
  public Stream<String> keySet() {
    return versions.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return versions.entrySet().stream().map(version -> named(version.getKey(), version.getValue()));
  }

  @Override
  public int size() {
    return versions.size();
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  private static @Nullable GenericKubernetesResource restored(
      String key, @Nullable String version) {
    return version == null ? null : named(key, version);
  }

  private static GenericKubernetesResource named(String key, String version) {
    int slash = key.indexOf('/');
    GenericKubernetesResource restored = new GenericKubernetesResource();
    restored.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(slash < 0 ? null : key.substring(0, slash))
            .withName(key.substring(slash + 1))
            .withResourceVersion(version)
            .build());
    return restored;
  }
}
