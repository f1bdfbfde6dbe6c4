package dev.penstock.operator.workload;

/**
 * How many pods a workload is to have, and how many it can have at once.
 *
 * @param wanted what its replicas say now, at least 0
 * @param most in the worst case, at least {@code wanted}
 */
public record PodCount(int wanted, int most) {

  public PodCount {
    if (wanted < 0 || most < wanted) {
      throw new IllegalArgumentException(
          "pods are at least 0, and at most no fewer than wanted: was %d of %d"
              .formatted(wanted, most));
    }
  }

  /**
   * The worst case of what is seen: as many as it may be scaled to, with those that a rollout adds;
   * or what there is already, or what the user knows better.
   *
   * @param replicas what the workload says
   * @param autoscaled most replicas by any autoscaler of it, 0 without one
   * @param declared {@code spec.workloads[].maxPods}, 0 when absent
   */
  static PodCount of(Replicas replicas, int autoscaled, int declared) {
    int scaled = Math.max(replicas.wanted(), autoscaled);
    int rolling = Math.addExact(scaled, replicas.surge().of(scaled));
    return new PodCount(
        replicas.wanted(), Math.max(rolling, Math.max(replicas.present(), declared)));
  }
}
