package dev.penstock.operator.workload;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How kinds that can be scaled are served: asked of the API server once for each, and again after a
 * while where it does not know one. Thread-safe.
 */
final class Kinds {

  /** A definition may be installed later, and not everyone may watch definitions. */
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<Kind, Found> found = new ConcurrentHashMap<>();

  /**
   * A kind as a manifest names it.
   *
   * @param apiVersion such as {@code apps/v1}
   * @param name such as {@code Deployment}
   */
  record Kind(String apiVersion, String name) {
    static final Kind DEPLOYMENT = new Kind("apps/v1", "Deployment");
    static final Kind STATEFUL_SET = new Kind("apps/v1", "StatefulSet");
    static final Kind AUTOSCALER = new Kind("autoscaling/v2", "HorizontalPodAutoscaler");

    /** The API group, empty for the core. */
    String group() {
      int slash = apiVersion.indexOf('/');
      return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    private String version() {
      return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    private ResourceDefinitionContext served(String plural) {
      return new ResourceDefinitionContext.Builder()
          .withGroup(group())
          .withVersion(version())
          .withKind(name)
          .withPlural(plural)
          .withNamespaced(true)
          .build();
    }
  }

  private record Found(Answer answer, Instant at) {}

  /** What the API server says of a kind. */
  sealed interface Answer {
    /** It is served, and can be scaled. */
    record Served(ResourceDefinitionContext context) implements Answer {}

    /**
     * It cannot be watched or scaled.
     *
     * @param reason for the condition
     * @param problem with the remedy
     */
    record Refused(String reason, String problem) implements Answer {}
  }

  Kinds(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
    // Part of every cluster, and asked for by nearly every pool.
    known(Kind.DEPLOYMENT, "deployments");
    known(Kind.STATEFUL_SET, "statefulsets");
    known(Kind.AUTOSCALER, "horizontalpodautoscalers");
  }

  private void known(Kind kind, String plural) {
    found.put(kind, new Found(new Answer.Served(kind.served(plural)), Instant.MAX));
  }

  Answer of(Kind kind) {
    Instant now = clock.instant();
    Found last = found.get(kind);
    if (last != null
        && (last.answer() instanceof Answer.Served || now.isBefore(last.at().plus(UNKNOWN_FOR)))) {
      return last.answer();
    }
    Answer answer = ask(kind);
    found.put(kind, new Found(answer, now));
    return answer;
  }

  private Answer ask(Kind kind) {
    List<APIResource> resources;
    try {
      APIResourceList list = client.getApiResources(kind.apiVersion());
      resources = list == null ? List.of() : list.getResources();
    } catch (KubernetesClientException refused) {
      return new Answer.Refused(
          "ApiRefused",
          "the API server does not say what %s serves: %s"
              .formatted(kind.apiVersion(), refused.getMessage()));
    }
    Optional<String> plural =
        resources.stream()
            .filter(resource -> resource.getKind().equals(kind.name()))
            .map(APIResource::getName)
            .filter(name -> !name.contains("/"))
            .findFirst();
    if (plural.isEmpty()) {
      return new Answer.Refused(
          "KindUnknown",
          "the API server serves no %s of %s: correct apiVersion and kind, or install its definition"
              .formatted(kind.name(), kind.apiVersion()));
    }
    String scale = plural.get() + "/scale";
    return resources.stream().anyMatch(resource -> resource.getName().equals(scale))
        ? new Answer.Served(kind.served(plural.get()))
        : new Answer.Refused(
            "NoScale",
            "%s of %s has no scale subresource, so that its pods cannot be counted: name what scales"
                    .formatted(kind.name(), kind.apiVersion())
                + " them, such as the Deployment that it makes");
  }
}
