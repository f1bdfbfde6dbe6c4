package dev.penstock.operator.workload;

import dev.penstock.crds.WorkloadMode;
import dev.penstock.crds.WorkloadSpec;
import java.util.List;

/**
 * What each pod of a workload should open at most. Pure.
 *
 * <p>A pooled workload's part goes by its weight, and is divided by a number of pods that has some
 * room, so that an autoscaler's next steps change nothing: it moves only when there are more pods
 * than it was made for, or when it was made for over twice as many as are to be expected.
 *
 * @param poolSize connections of each pod, at least 1
 * @param sizedFor pods that it was made for, at least 1
 */
public record Sizing(int poolSize, int sizedFor) {

  private static final int ROOM_PERCENT = 25;
  private static final int TOO_ROOMY = 2;

  /**
   * Of one workload.
   *
   * @param pods its pods
   * @param together connections of all pooled workloads of the pool together
   * @param all the pool's workloads
   * @param before pods that its size was made for until now, 0 if it has none yet
   */
  static Sizing of(
      WorkloadSpec workload, PodCount pods, int together, List<WorkloadSpec> all, int before) {
    if (workload.mode() == WorkloadMode.DIRECT) {
      return new Sizing(DirectDemand.size(workload, pods), Math.max(1, pods.most()));
    }
    int sizedFor = sizedFor(pods, before);
    return new Sizing(Math.max(1, part(workload, together, all) / sizedFor), sizedFor);
  }

  /** Connections of all pods of a pooled workload together. */
  static int part(WorkloadSpec workload, int together, List<WorkloadSpec> all) {
    long weights =
        all.stream()
            .filter(other -> other.mode() == WorkloadMode.POOLED)
            .mapToLong(Sizing::weight)
            .sum();
    return Math.toIntExact((long) together * weight(workload) / Math.max(1, weights));
  }

  private static int weight(WorkloadSpec workload) {
    return workload.weight() == null ? 1 : workload.weight();
  }

  /**
   * How many pods to make a size for.
   *
   * @param before what it was made for until now, 0 for nothing
   */
  static int sizedFor(PodCount pods, int before) {
    long withRoom = Math.ceilDiv((long) pods.wanted() * (100 + ROOM_PERCENT), 100);
    int roomy = (int) Math.max(1, Math.min(pods.most(), withRoom));
    boolean isEnough = before >= Math.max(1, pods.wanted()) && before <= pods.most();
    return isEnough && before <= TOO_ROOMY * roomy ? before : roomy;
  }
}
