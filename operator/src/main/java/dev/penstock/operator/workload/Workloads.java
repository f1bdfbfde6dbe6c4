package dev.penstock.operator.workload;

import dev.penstock.crds.WorkloadSpec;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The workloads that pools name, and their autoscalers: watched for as long as some pool names one
 * of their kind in their namespace. Thread-safe; nothing here waits for a watch.
 */
public final class Workloads implements AutoCloseable {

  private final KubernetesClient client;
  private final Consumer<String> news;
  private final Kinds kinds;
  private final Scales scales;
  private final Map<Place, ObjectWatch> watches = new HashMap<>();
  private final Map<String, Interest> interests = new HashMap<>();

  /** Where a kind is watched. */
  private record Place(String namespace, Kinds.Kind kind) {}

  /**
   * What a pool names.
   *
   * @param names of the workloads by place; for autoscalers, those of their targets
   */
  private record Interest(Map<Place, Set<String>> names) {
    private boolean isIn(Place place, String name) {
      return names.getOrDefault(place, Set.of()).contains(name);
    }
  }

  /**
   * Watches nothing yet.
   *
   * @param news told the key of a pool when something that it names has changed; must not block
   */
  public Workloads(KubernetesClient client, Clock clock, Consumer<String> news) {
    this.client = client;
    this.news = news;
    this.kinds = new Kinds(client, clock);
    this.scales = new Scales(client, clock);
  }

  /**
   * What is known of a pool's workloads, in their order. Watches what is not watched yet, and no
   * longer what no pool names.
   *
   * @param pool key of the pool
   * @param namespace of the pool, and of its workloads
   */
  public List<WorkloadView> look(String pool, String namespace, List<WorkloadSpec> workloads) {
    Map<Kinds.Kind, Kinds.Answer> answers = new LinkedHashMap<>();
    workloads.stream().map(Workloads::kind).forEach(kind -> answers.put(kind, kinds.of(kind)));
    watch(pool, namespace, workloads, answers);
    return workloads.stream()
        .map(workload -> view(namespace, workload, answers.get(kind(workload))))
        .toList();
  }

  private static Kinds.Kind kind(WorkloadSpec workload) {
    return new Kinds.Kind(workload.apiVersion(), workload.kind());
  }

  private synchronized void watch(
      String pool,
      String namespace,
      List<WorkloadSpec> workloads,
      Map<Kinds.Kind, Kinds.Answer> answers) {
    Map<Place, Set<String>> names = new HashMap<>();
    Place autoscalers = new Place(namespace, Kinds.Kind.AUTOSCALER);
    for (WorkloadSpec workload : workloads) {
      Place place = new Place(namespace, kind(workload));
      names.computeIfAbsent(place, _ -> new HashSet<>()).add(workload.name());
      names.computeIfAbsent(autoscalers, _ -> new HashSet<>()).add(workload.name());
    }
    Interest interest = new Interest(names);
    Interest before = names.isEmpty() ? interests.remove(pool) : interests.put(pool, interest);
    answers.put(Kinds.Kind.AUTOSCALER, kinds.of(Kinds.Kind.AUTOSCALER));
    for (Place place : names.keySet()) {
      if (!watches.containsKey(place)
          && answers.get(place.kind()) instanceof Kinds.Answer.Served(var context)) {
        watches.put(
            place,
            new ObjectWatch(
                client,
                context,
                namespace,
                gist(place.kind()),
                about(place.kind()),
                name -> changed(place, name),
                scales::forget,
                () -> ready(place)));
      }
    }
    if (before != null && !before.equals(interest)) {
      closeUnused();
    }
  }

  private void closeUnused() {
    Set<Place> used =
        interests.values().stream()
            .flatMap(interest -> interest.names().keySet().stream())
            .collect(Collectors.toSet());
    watches
        .entrySet()
        .removeIf(
            entry -> {
              boolean isUnused = !used.contains(entry.getKey());
              if (isUnused) {
                entry.getValue().close();
              }
              return isUnused;
            });
  }

  /** What of an object makes a difference; of a kind whose fields mean nothing here, anything. */
  private static Function<GenericKubernetesResource, Object> gist(Kinds.Kind kind) {
    if (kind.equals(Kinds.Kind.AUTOSCALER)) {
      return Autoscalers.Reach::of;
    }
    return kind.equals(Kinds.Kind.DEPLOYMENT)
        ? Replicas::ofDeployment
        : kind.equals(Kinds.Kind.STATEFUL_SET)
            ? Replicas::ofStatefulSet
            : object -> object.getMetadata().getResourceVersion();
  }

  /** The workload that an object is about: itself, or what an autoscaler scales. */
  private static Function<GenericKubernetesResource, String> about(Kinds.Kind kind) {
    return kind.equals(Kinds.Kind.AUTOSCALER)
        ? autoscaler -> Autoscalers.Reach.of(autoscaler).name()
        : object -> object.getMetadata().getName();
  }

  private void changed(Place place, String name) {
    interested(interest -> interest.isIn(place, name)).forEach(news);
  }

  private void ready(Place place) {
    interested(interest -> interest.names().containsKey(place)).forEach(news);
  }

  private synchronized List<String> interested(Predicate<Interest> isInterested) {
    return interests.entrySet().stream()
        .filter(entry -> isInterested.test(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private synchronized @Nullable ObjectWatch at(String namespace, Kinds.Kind kind) {
    return watches.get(new Place(namespace, kind));
  }

  private WorkloadView view(
      String namespace, WorkloadSpec workload, Kinds.@Nullable Answer answer) {
    String name =
        "%s %s/%s (spec.workloads[])".formatted(workload.kind(), namespace, workload.name());
    if (answer instanceof Kinds.Answer.Refused(String reason, String problem)) {
      return new WorkloadView.Unreadable(reason, name + ": " + problem);
    }
    ObjectWatch objects = at(namespace, kind(workload));
    ObjectWatch autoscalers = at(namespace, Kinds.Kind.AUTOSCALER);
    if (objects == null
        || autoscalers == null
        || !(answer instanceof Kinds.Answer.Served(ResourceDefinitionContext context))) {
      return new WorkloadView.Awaited();
    }
    Optional<WorkloadView> refused =
        objects
            .refusal()
            .map(refusal -> refused(name, context, refusal))
            .or(() -> autoscalers.refusal().map(refusal -> autoscalersRefused(name, refusal)));
    if (refused.isPresent()) {
      return refused.get();
    }
    if (!objects.isComplete() || !autoscalers.isComplete()) {
      return new WorkloadView.Awaited();
    }
    int autoscaled = Autoscalers.most(autoscalers.list(), kind(workload), workload.name());
    return objects
        .get(workload.name())
        .map(object -> counted(name, workload, object, context, autoscaled))
        .orElseGet(
            () ->
                new WorkloadView.Unreadable(
                    WorkloadView.MISSING,
                    name
                        + " is not there: create it, correct its name, or remove it from the pool"));
  }

  private WorkloadView counted(
      String name,
      WorkloadSpec workload,
      GenericKubernetesResource object,
      ResourceDefinitionContext context,
      int autoscaled) {
    int declared = workload.maxPods() == null ? 0 : workload.maxPods();
    if (kind(workload).equals(Kinds.Kind.DEPLOYMENT)) {
      return known(Replicas.ofDeployment(object), autoscaled, declared);
    }
    if (kind(workload).equals(Kinds.Kind.STATEFUL_SET)) {
      return known(Replicas.ofStatefulSet(object), autoscaled, declared);
    }
    return switch (scales.of(context, object)) {
      case Scales.Reading.Read(Replicas replicas) -> known(replicas, autoscaled, declared);
      case Scales.Reading.Refused(String message) -> refused(name, context, message);
    };
  }

  private static WorkloadView known(Replicas replicas, int autoscaled, int declared) {
    return new WorkloadView.Known(PodCount.of(replicas, autoscaled, declared));
  }

  private static WorkloadView refused(
      String name, ResourceDefinitionContext context, String message) {
    String resource = context.getPlural() + " of API group '" + context.getGroup() + "'";
    return new WorkloadView.Unreadable(
        "ScaleRefused",
        "%s cannot be counted: %s. Grant the operator get, list and watch on %s and get on %s/scale"
                .formatted(name, message, resource, context.getPlural())
            + " (docs/workloads.md)");
  }

  private static WorkloadView autoscalersRefused(String name, String message) {
    return new WorkloadView.Unreadable(
        "AutoscalersRefused",
        "%s cannot be counted, because its autoscalers cannot be read: %s. Grant the operator get,"
                .formatted(name, message)
            + " list and watch on horizontalpodautoscalers, as the chart does");
  }

  /** A pool that is gone. */
  public synchronized void forget(String pool) {
    interests.remove(pool);
    closeUnused();
  }

  @Override
  public synchronized void close() {
    interests.clear();
    closeUnused();
  }
}
