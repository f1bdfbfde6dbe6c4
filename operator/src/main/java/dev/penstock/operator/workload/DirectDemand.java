package dev.penstock.operator.workload;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.WorkloadMode;
import dev.penstock.crds.WorkloadSpec;
import dev.penstock.crds.WorkloadStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What workloads that go past the poolers take of a server's budget. Pure.
 *
 * <p>It is read from resources alone, so that whoever shares out a budget knows it before anything
 * was watched, and after a restart: what was counted last stands in the status.
 */
public final class DirectDemand {

  /** More than any server allows; a sum over pools stays within an {@code int}. */
  private static final int MOST = 1_000_000;

  private DirectDemand() {}

  /** The same of a pool as it is: of its spec and its status. */
  public static int of(ConnectionPool pool) {
    List<WorkloadStatus> counted =
        pool.getStatus() == null ? List.of() : pool.getStatus().workloads();
    return clamp(of(pool.getSpec().workloads(), counted));
  }

  /**
   * Server connections to be taken off the budget for one pool's direct workloads.
   *
   * @param workloads of the pool's spec
   * @param counted of the pool's status, where {@code reserved} is what {@link #of(WorkloadSpec,
   *     PodCount)} gave last
   * @return at least 0; what the spec itself promises where nothing was counted yet
   */
  public static long of(List<WorkloadSpec> workloads, List<WorkloadStatus> counted) {
    return workloads.stream()
        .filter(workload -> workload.mode() == WorkloadMode.DIRECT)
        .mapToLong(workload -> Math.max(promised(workload), remembered(workload, counted)))
        .sum();
  }

  /**
   * The worst case of one direct workload: every pod that there can be, with all that it is told or
   * declared to open; never less than what is set apart for it.
   */
  static int of(WorkloadSpec workload, PodCount pods) {
    long opened = (long) pods.most() * perPod(workload, pods);
    return clamp(Math.max(apart(workload.connections()), opened));
  }

  /** What each pod should open: its part of what is set apart, else what is declared. */
  static int size(WorkloadSpec workload, PodCount pods) {
    return workload.connections() == null
        ? apart(workload.poolSize())
        : Math.max(1, workload.connections() / Math.max(1, pods.most()));
  }

  /** What each pod opens: what is declared counts, whatever was recommended. */
  private static int perPod(WorkloadSpec workload, PodCount pods) {
    return workload.poolSize() == null ? size(workload, pods) : workload.poolSize();
  }

  private static long promised(WorkloadSpec workload) {
    long pods = apart(workload.maxPods());
    return Math.max(apart(workload.connections()), pods * Math.max(1, apart(workload.poolSize())));
  }

  /** What was counted for a workload last; 0 for nothing. */
  static int remembered(WorkloadSpec workload, List<WorkloadStatus> counted) {
    return counted.stream()
        .filter(status -> status.kind().equals(workload.kind()))
        .filter(status -> status.name().equals(workload.name()))
        .mapToInt(status -> apart(status.reserved()))
        .max()
        .orElse(0);
  }

  private static int apart(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  private static int clamp(long connections) {
    return (int) Math.min(MOST, connections);
  }
}
