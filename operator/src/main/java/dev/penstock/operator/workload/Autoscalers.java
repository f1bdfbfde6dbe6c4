package dev.penstock.operator.workload;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What HorizontalPodAutoscalers (autoscaling/v2) say of a workload. Pure. */
final class Autoscalers {

  private Autoscalers() {}

  /**
   * What one scales, and how far.
   *
   * @param kind of its target
   * @param name of its target
   * @param group of its target's API, empty for the core
   * @param most replicas
   */
  record Reach(String kind, String name, String group, int most) {

    static Reach of(GenericKubernetesResource autoscaler) {
      String apiVersion = text(autoscaler.get("spec", "scaleTargetRef", "apiVersion"));
      return new Reach(
          text(autoscaler.get("spec", "scaleTargetRef", "kind")),
          text(autoscaler.get("spec", "scaleTargetRef", "name")),
          new Kinds.Kind(apiVersion, "").group(),
          Replicas.number(autoscaler.get("spec", "maxReplicas"), 0));
    }

    private static String text(@Nullable Object value) {
      return value == null ? "" : value.toString();
    }

    /** The version may be another: an object is the same in all versions of its group. */
    boolean scales(Kinds.Kind workload, String workloadName) {
      return kind.equals(workload.name())
          && name.equals(workloadName)
          && group.equals(workload.group());
    }
  }

  /** Most replicas that any of them scales a workload to; 0 if none scales it. */
  static int most(
      List<GenericKubernetesResource> autoscalers, Kinds.Kind workload, String workloadName) {
    return autoscalers.stream()
        .map(Reach::of)
        .filter(reach -> reach.scales(workload, workloadName))
        .mapToInt(Reach::most)
        .max()
        .orElse(0);
  }
}
