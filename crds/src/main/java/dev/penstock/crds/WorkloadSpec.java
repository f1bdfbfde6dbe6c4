package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * An application whose pods each have a pool of their own.
 *
 * @param apiVersion of the workload, {@code apps/v1} by default
 * @param kind a Deployment, a StatefulSet, or anything with a scale subresource
 * @param name in the namespace of the pool
 * @param mode how it reaches the server, {@code pooled} by default
 * @param poolSize connections of each pod as the application is configured today, 1 to 10000
 * @param connections direct: server connections set apart for all its pods together, 1 to 262143
 * @param maxPods most pods there can be at once, where nothing in the cluster says so, 1 to 100000
 * @param weight pooled: how much it counts against the other pooled workloads of the pool, 1 to
 *     1000, 1 when absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "self.apiVersion != 'apps/v1' || self.kind in ['Deployment', 'StatefulSet', 'ReplicaSet']",
    message =
        "spec.workloads[].apiVersion is apps/v1 when absent, where only Deployment, StatefulSet and"
            + " ReplicaSet can be scaled: write the apiVersion of the kind, such as"
            + " argoproj.io/v1alpha1, or correct spec.workloads[].kind")
@ValidationRule(
    value = "self.mode != 'direct' || has(self.poolSize) || has(self.connections)",
    message =
        "spec.workloads[]: a workload of mode direct needs connections (set apart for all its pods"
            + " together) or poolSize (what each pod opens), or nothing could be taken off the"
            + " budget for it: add one of them")
@ValidationRule(
    value = "self.mode == 'direct' || !has(self.connections)",
    message =
        "spec.workloads[].connections is for mode direct only, because a pooled workload holds no"
            + " server connections of its own: remove it, or set mode to direct")
@ValidationRule(
    value = "self.mode == 'pooled' || !has(self.weight)",
    message =
        "spec.workloads[].weight is for mode pooled only: remove it, and say in connections what is"
            + " set apart for a direct workload")
@ValidationRule(
    value = "!has(self.connections) || !has(self.poolSize) || self.poolSize <= self.connections",
    message =
        "spec.workloads[].poolSize (of one pod) must not exceed spec.workloads[].connections (all"
            + " pods together): raise connections or lower poolSize")
public record WorkloadSpec(
    @Default(WorkloadSpec.APPS)
        @Size(min = 2, max = 127)
        @ValidationRule(
            value = "self.matches('^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[0-9][a-z0-9]*$')",
            message =
                "spec.workloads[].apiVersion must be a group and a version, such as apps/v1 or"
                    + " argoproj.io/v1alpha1")
        @JsonPropertyDescription("API version of the workload, as in its manifest.")
        String apiVersion,
    @Required
        @Size(min = 1, max = 63)
        @ValidationRule(
            value = "self.matches('^[A-Z][A-Za-z0-9]*$')",
            message =
                "spec.workloads[].kind must be a kind as in a manifest, such as Deployment,"
                    + " StatefulSet, or any other with a scale subresource")
        @JsonPropertyDescription("Deployment, StatefulSet, or any kind with a scale subresource.")
        String kind,
    @Required
        @Size(min = 1, max = 253)
        @ValidationRule(
            value = "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
            message =
                "spec.workloads[].name must be the name of an object in the pool's namespace:"
                    + " lower-case letters, digits, hyphens and dots")
        @JsonPropertyDescription("Name of the workload, in the namespace of the pool.")
        String name,
    @Default("pooled")
        @JsonPropertyDescription(
            "pooled: its pods connect to this pool. direct: its pods connect to the server itself,"
                + " and what they may open in the worst case is taken off the server's budget.")
        WorkloadMode mode,
    @Min(1)
        @Max(10000)
        @JsonPropertyDescription(
            "Connections that each pod opens at most as it is configured today: HikariCP's"
                + " maximumPoolSize, pg-pool's max, SQLAlchemy's pool_size and max_overflow"
                + " together. With it the operator warns when the pods would ask for more than"
                + " there is.")
        @Nullable Integer poolSize,
    @Min(1)
        @Max(262143)
        @JsonPropertyDescription(
            "Mode direct: server connections set apart for this workload, all its pods together.")
        @Nullable Integer connections,
    @Min(1)
        @Max(100000)
        @JsonPropertyDescription(
            "Most pods there can be at once, where replicas, a HorizontalPodAutoscaler and the"
                + " rollout's surge do not say so: another autoscaler, a blue-green rollout. The"
                + " larger of this and what is seen counts.")
        @Nullable Integer maxPods,
    @Min(1)
        @Max(1000)
        @JsonPropertyDescription(
            "Mode pooled: how much it counts against the other pooled workloads; 1 when absent.")
        @Nullable Integer weight) {

  static final String APPS = "apps/v1";

  public WorkloadSpec {
    apiVersion = apiVersion == null ? APPS : apiVersion;
    mode = mode == null ? WorkloadMode.POOLED : mode;
  }
}
