package dev.penstock.operator.workload;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import org.jspecify.annotations.Nullable;

/**
 * What a workload says of its pods.
 *
 * @param wanted replicas of its spec
 * @param present pods that it counts, those included that are ending where it counts them
 * @param surge what a rollout adds
 */
record Replicas(int wanted, int present, Surge surge) {

  /** More than any cluster runs; what is computed of it stays within an {@code int}. */
  private static final int MOST = 1_000_000;

  /** Of a Deployment of apps/v1. */
  static Replicas ofDeployment(GenericKubernetesResource deployment) {
    boolean isRolling = !"Recreate".equals(deployment.get("spec", "strategy", "type"));
    return new Replicas(
        number(deployment.get("spec", "replicas"), 1),
        number(deployment.get("status", "replicas"), 0)
            + number(deployment.get("status", "terminatingReplicas"), 0),
        isRolling
            ? Surge.parse(deployment.get("spec", "strategy", "rollingUpdate", "maxSurge"))
            : Surge.NONE);
  }

  /** Of a StatefulSet of apps/v1: a pod begins only after the one of its name has ended. */
  static Replicas ofStatefulSet(GenericKubernetesResource set) {
    return new Replicas(
        number(set.get("spec", "replicas"), 1),
        number(set.get("status", "replicas"), 0),
        Surge.NONE);
  }

  /** Of anything else: a scale says nothing of rollouts. */
  static Replicas of(Scale scale) {
    return new Replicas(
        scale.getSpec() == null ? 0 : number(scale.getSpec().getReplicas(), 0),
        scale.getStatus() == null ? 0 : number(scale.getStatus().getReplicas(), 0),
        Surge.NONE);
  }

  /** A count, however odd what stands there is. */
  static int number(@Nullable Object value, int absent) {
    return value instanceof Number number ? Math.clamp(number.longValue(), 0, MOST) : absent;
  }
}
