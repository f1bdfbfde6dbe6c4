package dev.penstock.operator.workload;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The scale of objects whose own fields mean nothing here: read once for each version of an object,
 * and again after a while where that was refused. Thread-safe.
 */
final class Scales {

  private static final Duration REFUSED_FOR = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(String version, Reading reading, Instant at) {}

  /** What a scale says. */
  sealed interface Reading {
    record Read(Replicas replicas) implements Reading {}

    record Refused(String message) implements Reading {}
  }

  Scales(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  Reading of(ResourceDefinitionContext kind, GenericKubernetesResource object) {
    Instant now = clock.instant();
    String uid = object.getMetadata().getUid();
    String version = object.getMetadata().getResourceVersion();
    Entry last = entries.get(uid);
    if (last != null && last.version().equals(version)) {
      boolean isRead = last.reading() instanceof Reading.Read;
      if (isRead || now.isBefore(last.at().plus(REFUSED_FOR))) {
        return last.reading();
      }
    }
    Reading reading = read(kind, object);
    entries.put(uid, new Entry(version, reading, now));
    return reading;
  }

  private Reading read(ResourceDefinitionContext kind, GenericKubernetesResource object) {
    try {
      Scale scale =
          client
              .genericKubernetesResources(kind)
              .inNamespace(object.getMetadata().getNamespace())
              .withName(object.getMetadata().getName())
              .scale();
      return new Reading.Read(Replicas.of(scale));
    } catch (KubernetesClientException refused) {
      return new Reading.Refused(String.valueOf(refused.getMessage()));
    }
  }

  void forget(GenericKubernetesResource object) {
    entries.remove(object.getMetadata().getUid());
  }
}
