package dev.penstock.operator.server;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The pods of all pools, by a watch that selects the operator's own label. Thread-safe. */
final class PodWatch implements Pods {

  private static final String BY_POOL = "pool";

  private final KubernetesClient client;
  private final Departures departures;
  private final Set<String> namespaces;
  private List<InformerEventSource<Pod, DatabaseServer>> pods = List.of();

  /**
   * Watches nothing yet.
   *
   * @param namespaces to watch; all if empty
   */
  PodWatch(KubernetesClient client, Departures departures, Set<String> namespaces) {
    this.client = client;
    this.departures = departures;
    this.namespaces = Set.copyOf(namespaces);
  }

  /**
   * The watches, which have a server looked at when one of its pods changes.
   *
   * @param servers of a pool, as far as it is known
   */
  List<? extends EventSource<Pod, DatabaseServer>> eventSources(
      EventSourceContext<DatabaseServer> context, Function<FleetId, Set<ResourceID>> servers) {
    pods =
        PerNamespace.of(namespaces).stream()
            .map(namespace -> eventSource(namespace, context, servers))
            .toList();
    return pods;
  }

  private InformerEventSource<Pod, DatabaseServer> eventSource(
      PerNamespace namespace,
      EventSourceContext<DatabaseServer> context,
      Function<FleetId, Set<ResourceID>> servers) {
    InformerEventSource<Pod, DatabaseServer> source =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, DatabaseServer.class)
                .withName(namespace.named("pods"))
                .withNamespaces(namespace.watched())
                .withItemStore(new TrimmedStore<>(PodFacts::trimmed))
                .withLabelSelector(Names.MANAGED_BY_LABEL + "=" + Names.MANAGER)
                .withSecondaryToPrimaryMapper(pod -> poolOf(pod).map(servers).orElse(Set.of()))
                .withOnDeleteFilter(
                    (pod, isOutOfDate) -> {
                      // What was seen last may be of a process before the last one.
                      if (!isOutOfDate) {
                        poolOf(pod).ifPresent(pool -> departures.remember(PodFacts.of(pool, pod)));
                      }
                      return true;
                    })
                .build(),
            context);
    source.addIndexers(
        Map.of(BY_POOL, pod -> poolOf(pod).map(FleetId::toString).map(List::of).orElse(List.of())));
    return source;
  }

  private static Optional<FleetId> poolOf(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getLabels())
        .map(labels -> labels.get(Names.POOL_LABEL))
        .map(pool -> new FleetId(pod.getMetadata().getNamespace(), pool));
  }

  @Override
  public Collection<PodFacts> of(FleetId pool) {
    if (pods.isEmpty()) {
      throw new IllegalStateException("pods are not watched yet");
    }
    return pods.stream()
        .flatMap(source -> source.byIndex(BY_POOL, pool.toString()).stream())
        .map(pod -> PodFacts.of(pool, pod))
        .toList();
  }

  @Override
  public Optional<PodFacts> read(FleetId pool, String name) {
    return Optional.ofNullable(client.pods().inNamespace(pool.namespace()).withName(name).get())
        .map(pod -> PodFacts.of(pool, pod));
  }

  @Override
  public Optional<PodFacts> departed(String uid) {
    return departures.of(uid);
  }
}
