package dev.penstock.operator.workload;

import dev.penstock.crds.ConnectionPoolSpec;
import dev.penstock.crds.WorkloadMode;
import dev.penstock.crds.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Compares what workloads may open, as declared and in the worst case, with what there is. Pure.
 * Its messages name the worst case only, so that they do not change with every pod.
 */
final class FitCheck {

  /** A workload whose pods are known. */
  private record Seen(WorkloadSpec workload, PodCount pods) {
    private long declared() {
      return workload.poolSize() == null ? 0 : (long) workload.poolSize() * pods.most();
    }

    /** What is set apart for it; without limit where only its pool size is known. */
    private long apart() {
      Integer connections = workload.connections();
      return connections == null ? Long.MAX_VALUE : connections;
    }

    private String text() {
      return "%s %s: %d for each of up to %d pods = %d"
          .formatted(
              workload.kind(), workload.name(), workload.poolSize(), pods.most(), declared());
    }
  }

  private FitCheck() {}

  /**
   * The verdict.
   *
   * @param views of the spec's workloads, in their order
   * @param room empty while the server has not been asked
   */
  static Fit of(ConnectionPoolSpec spec, List<WorkloadView> views, Optional<Room> room) {
    if (room.isEmpty()) {
      return Fit.unknown(
          "ServerUnknown", "the server has not said yet how many connections it allows");
    }
    List<Seen> seen = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      if (views.get(i) instanceof WorkloadView.Known(PodCount pods)) {
        seen.add(new Seen(spec.workloads().get(i), pods));
      }
    }
    List<Seen> direct = declaring(seen, WorkloadMode.DIRECT);
    List<Seen> pooled = declaring(seen, WorkloadMode.POOLED);
    return budget(room.get())
        .or(() -> reserve(direct))
        .or(() -> pools(spec, pooled, room.get()))
        .orElseGet(() -> fits(views));
  }

  private static List<Seen> declaring(List<Seen> seen, WorkloadMode mode) {
    return seen.stream()
        .filter(one -> one.workload().mode() == mode && one.workload().poolSize() != null)
        .toList();
  }

  private static Fit fits(List<WorkloadView> views) {
    boolean isWhole = views.stream().allMatch(WorkloadView.Known.class::isInstance);
    return isWhole
        ? Fit.holds("Fits", "what the workloads may open fits what there is")
        : Fit.unknown(
            "WorkloadsUnknown", "not all workloads can be counted yet (see WorkloadsResolved)");
  }

  private static Optional<Fit> budget(Room room) {
    if (room.direct() == 0 || room.direct() < room.serverBudget()) {
      return Optional.empty();
    }
    return Optional.of(
        Fit.fails(
            "DirectExceedsBudget",
            "direct workloads of this server's pools may open %d connections of a budget of %d, so"
                    .formatted(room.direct(), room.serverBudget())
                + " that none are left for the poolers: lower spec.workloads[].connections or"
                + " poolSize, the workloads' replicas or their autoscalers' maximum, let them"
                + " connect through the pool (mode pooled), or raise max_connections of the"
                + " server"));
  }

  private static Optional<Fit> reserve(List<Seen> direct) {
    List<Seen> exceeding = direct.stream().filter(one -> one.declared() > one.apart()).toList();
    return exceeding.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Fit.fails(
                "DirectExceedsReserve",
                exceeding.stream()
                        .map(one -> one.text() + ", " + one.apart() + " set apart")
                        .collect(Collectors.joining("; "))
                    + ": the larger number is taken off the budget. Lower poolSize to what the"
                    + " workload's ConfigMap says, or raise spec.workloads[].connections"));
  }

  private static Optional<Fit> pools(ConnectionPoolSpec spec, List<Seen> pooled, Room room) {
    Servable servable = Servable.of(spec, room.pool(), room.clientLimit());
    long declared = pooled.stream().mapToLong(Seen::declared).sum();
    String who = pooled.stream().map(Seen::text).collect(Collectors.joining("; "));
    if (declared > servable.places()) {
      return Optional.of(
          Fit.fails(
              "PoolsExceedClients",
              who
                  + ". The instances accept %d clients when one of them is away, and refuse the rest:"
                      .formatted(servable.places())
                  + " set the pool size of each pod to what the workload's ConfigMap says, or raise"
                  + " max_client_conn in spec.parameters, or the instances"));
    }
    if (declared > servable.together()) {
      return Optional.of(
          Fit.fails(
              "PoolsExceedServable",
              who
                  + ". The pool can serve %d (%d server connections, %d clients each), and the rest would wait:"
                      .formatted(
                          servable.together(), servable.connections(), servable.clientsEach())
                  + " set the pool size of each pod to what the workload's ConfigMap says, or raise"
                  + " the pool's share or max_connections of the server"));
    }
    return Optional.empty();
  }
}
