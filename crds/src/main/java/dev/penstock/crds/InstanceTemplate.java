package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the pods of the instances look like beyond what Penstock decides.
 *
 * @param resources of the pooler's container; modest ones when absent
 * @param nodeSelector as in a pod
 * @param tolerations as in a pod
 * @param affinity as in a pod
 * @param topologySpreadConstraints as in a pod; spread over nodes when empty
 * @param podAnnotations further annotations of the pods
 * @param podLabels further labels of the pods
 * @param imagePullSecrets as in a pod
 * @param priorityClassName as in a pod
 * @param terminationGracePeriodSeconds how long transactions in flight may take to end, 5 to 86400
 *     seconds, 60 by default
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record InstanceTemplate(
    @JsonPropertyDescription("Resources of the pooler's container.")
        @Nullable ResourceRequirements resources,
    @JsonPropertyDescription("Nodes that the instances may run on, by label.")
        Map<String, String> nodeSelector,
    @JsonPropertyDescription("Taints that the instances tolerate.") List<Toleration> tolerations,
    @JsonPropertyDescription("Scheduling constraints of the instances.")
        @Nullable Affinity affinity,
    @JsonPropertyDescription(
            "How the instances spread; over the nodes, where possible, when absent.")
        List<TopologySpreadConstraint> topologySpreadConstraints,
    @JsonPropertyDescription("Further annotations of the pods.") Map<String, String> podAnnotations,
    @JsonPropertyDescription("Further labels of the pods.") Map<String, String> podLabels,
    @JsonPropertyDescription("Secrets with which the image is pulled.")
        List<LocalObjectReference> imagePullSecrets,
    @JsonPropertyDescription("Priority class of the pods.") @Nullable String priorityClassName,
    @Default("" + InstanceTemplate.DEFAULT_GRACE_SECONDS)
        @Min(5)
        @Max(86400)
        @JsonPropertyDescription(
            "Seconds that transactions in flight have to end when an instance stops.")
        int terminationGracePeriodSeconds) {

  static final int DEFAULT_GRACE_SECONDS = 60;

  /** What an absent {@code template} stands for. */
  static final InstanceTemplate DEFAULT =
      new InstanceTemplate(
          null,
          Map.of(),
          List.of(),
          null,
          List.of(),
          Map.of(),
          Map.of(),
          List.of(),
          null,
          DEFAULT_GRACE_SECONDS);

  public InstanceTemplate {
    nodeSelector = ordered(nodeSelector);
    tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
    topologySpreadConstraints =
        topologySpreadConstraints == null ? List.of() : List.copyOf(topologySpreadConstraints);
    podAnnotations = ordered(podAnnotations);
    podLabels = ordered(podLabels);
    imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
    terminationGracePeriodSeconds =
        terminationGracePeriodSeconds == 0 ? DEFAULT_GRACE_SECONDS : terminationGracePeriodSeconds;
  }

  /** By name, so that what is rendered from it is the same each time. */
  private static Map<String, String> ordered(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
