package dev.penstock.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * A HorizontalPodAutoscaler for the pool.
 *
 * @param minReplicas fewest instances, at least 1, 1 by default
 * @param maxReplicas most instances, at least 1
 * @param targetCPUUtilizationPercentage average CPU use of an instance, in percent of what it
 *     requests, 1 to 1000, 70 by default
 */
@ValidationRule(
    value = "self.minReplicas <= self.maxReplicas",
    message =
        "spec.autoscaling.minReplicas must not exceed spec.autoscaling.maxReplicas (both numbers of"
            + " instances): lower minReplicas or raise maxReplicas")
public record AutoscalingSpec(
    @Default("1") @Min(1) @JsonPropertyDescription("Fewest instances.") int minReplicas,
    @Required @Min(1) @JsonPropertyDescription("Most instances.") int maxReplicas,
    @Default("" + AutoscalingSpec.DEFAULT_TARGET)
        @Min(1)
        @Max(1000)
        @JsonPropertyDescription(
            "Average CPU use of an instance to aim at, in percent of its CPU request.")
        int targetCPUUtilizationPercentage) {

  static final int DEFAULT_TARGET = 70;

  public AutoscalingSpec {
    minReplicas = minReplicas == 0 ? 1 : minReplicas;
    targetCPUUtilizationPercentage =
        targetCPUUtilizationPercentage == 0 ? DEFAULT_TARGET : targetCPUUtilizationPercentage;
  }
}
