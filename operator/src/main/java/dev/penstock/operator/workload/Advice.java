package dev.penstock.operator.workload;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.WorkloadMode;
import dev.penstock.crds.WorkloadSpec;
import dev.penstock.crds.WorkloadStatus;
import dev.penstock.operator.desired.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the workloads of a pool are told. Pure.
 *
 * @param configMaps what is to be published; those not among them stay as they are
 * @param outdated ConfigMaps of workloads that the pool no longer names
 * @param statuses for the pool's status, in the order of the spec
 * @param resolved whether all workloads can be read
 * @param fit whether the workloads' pools fit what there is
 */
public record Advice(
    List<ConfigMap> configMaps,
    List<ConfigMap> outdated,
    List<WorkloadStatus> statuses,
    Fit resolved,
    Fit fit) {

  /** Nothing is told, of a pool that is being deleted. */
  public static final Advice NONE =
      new Advice(
          List.of(),
          List.of(),
          List.of(),
          Fit.unknown("Leaving", "the pool is being deleted"),
          Fit.unknown("Leaving", "the pool is being deleted"));

  /**
   * Works it out.
   *
   * @param pool with metadata (name, namespace, uid)
   * @param views of the spec's workloads, in their order
   * @param room empty while the server has not been asked; then sizes stay as they are
   * @param published the pool's ConfigMaps there are
   */
  public static Advice of(
      ConnectionPool pool,
      List<WorkloadView> views,
      Optional<Room> room,
      Stream<ConfigMap> published) {
    Map<String, ConfigMap> before =
        published
            .filter(WorkloadConfigMap::isOne)
            .collect(Collectors.toMap(map -> map.getMetadata().getName(), map -> map));
    List<WorkloadSpec> workloads = pool.getSpec().workloads();
    List<WorkloadStatus> known =
        pool.getStatus() == null ? List.of() : pool.getStatus().workloads();
    List<ConfigMap> configMaps = new ArrayList<>();
    List<WorkloadStatus> statuses = new ArrayList<>();
    for (int i = 0; i < workloads.size(); i++) {
      WorkloadSpec workload = workloads.get(i);
      ConfigMap there = before.remove(name(pool, workload));
      Optional<Sizing> sizing = sizing(pool, workload, views.get(i), room, there);
      ConfigMap next = sizing.map(size -> WorkloadConfigMap.of(pool, workload, size)).orElse(there);
      if (sizing.isPresent()) {
        configMaps.add(next);
      }
      statuses.add(status(workload, views.get(i), next, known));
    }
    return new Advice(
        List.copyOf(configMaps),
        List.copyOf(before.values()),
        List.copyOf(statuses),
        resolved(views),
        FitCheck.of(pool.getSpec(), views, room));
  }

  private static String name(ConnectionPool pool, WorkloadSpec workload) {
    return Names.of(pool).workload(workload.kind(), workload.name());
  }

  private static Optional<Sizing> sizing(
      ConnectionPool pool,
      WorkloadSpec workload,
      WorkloadView view,
      Optional<Room> room,
      @Nullable ConfigMap there) {
    if (!(view instanceof WorkloadView.Known(PodCount pods)) || room.isEmpty()) {
      return Optional.empty();
    }
    Servable servable = Servable.of(pool.getSpec(), room.get().pool(), room.get().clientLimit());
    return Optional.of(
        Sizing.of(
            workload,
            pods,
            servable.together(),
            pool.getSpec().workloads(),
            there == null ? 0 : WorkloadConfigMap.sizedFor(there)));
  }

  private static WorkloadStatus status(
      WorkloadSpec workload,
      WorkloadView view,
      @Nullable ConfigMap configMap,
      List<WorkloadStatus> known) {
    Integer replicas = null;
    Integer maxPods = null;
    Integer reserved = null;
    switch (view) {
      case WorkloadView.Known(PodCount pods) -> {
        replicas = pods.wanted();
        maxPods = pods.most();
        reserved = DirectDemand.of(workload, pods);
      }
      // What it may hold does not become less because it cannot be seen.
      case WorkloadView.Awaited _ -> reserved = DirectDemand.remembered(workload, known);
      case WorkloadView.Unreadable(String reason, String _) ->
          reserved =
              reason.equals(WorkloadView.MISSING) ? 0 : DirectDemand.remembered(workload, known);
    }
    return new WorkloadStatus(
        workload.kind(),
        workload.name(),
        configMap == null ? null : configMap.getMetadata().getName(),
        replicas,
        maxPods,
        configMap == null ? null : WorkloadConfigMap.poolSize(configMap),
        workload.mode() == WorkloadMode.DIRECT ? reserved : null);
  }

  private static Fit resolved(List<WorkloadView> views) {
    List<WorkloadView.Unreadable> unreadable =
        views.stream()
            .filter(WorkloadView.Unreadable.class::isInstance)
            .map(WorkloadView.Unreadable.class::cast)
            .toList();
    if (!unreadable.isEmpty()) {
      return Fit.fails(
          unreadable.getFirst().reason(),
          unreadable.stream()
              .map(WorkloadView.Unreadable::problem)
              .collect(Collectors.joining("; ")));
    }
    if (views.stream().anyMatch(WorkloadView.Awaited.class::isInstance)) {
      return Fit.unknown("Asking", "the workloads are being looked up");
    }
    return Fit.holds("Resolved", "all workloads that the pool names are there");
  }
}
