package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a workload, and what it was told.
 *
 * @param kind of the workload
 * @param name of the workload
 * @param configMap the ConfigMap with its settings; absent until there is one
 * @param replicas pods that are wanted of it; absent while it is unknown
 * @param maxPods most pods there can be at once; absent while it is unknown
 * @param poolSize connections that each pod should open at most; absent until published
 * @param reserved direct: server connections taken off the server's budget
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkloadStatus(
    @JsonPropertyDescription("Kind of the workload.") String kind,
    @JsonPropertyDescription("Name of the workload.") String name,
    @JsonPropertyDescription("ConfigMap with the settings for its pods.")
        @Nullable String configMap,
    @JsonPropertyDescription("Pods that are wanted of it now.") @Nullable Integer replicas,
    @JsonPropertyDescription(
            "Most pods there can be at once: the largest of its replicas, its autoscaler's maximum"
                + " and spec.workloads[].maxPods, and those of a rollout.")
        @Nullable Integer maxPods,
    @JsonPropertyDescription("Connections that each pod should open at most.")
        @Nullable Integer poolSize,
    @JsonPropertyDescription(
            "Server connections taken off the server's budget for a workload of mode direct.")
        @Nullable Integer reserved) {}
