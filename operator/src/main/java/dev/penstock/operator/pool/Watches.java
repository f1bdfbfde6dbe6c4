package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.server.PerNamespace;
import dev.penstock.operator.server.ServerId;
import dev.penstock.operator.server.TrimmedStore;
import dev.penstock.operator.workload.WorkloadConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What makes a pool be looked at: its children, by watches that select the operator's own label;
 * its server, and what it has been given of it. Thread-safe.
 */
final class Watches {

  static final Class<HorizontalPodAutoscaler> AUTOSCALER = HorizontalPodAutoscaler.class;

  /** All kinds that are applied. */
  static final List<Class<? extends HasMetadata>> CHILDREN =
      List.of(
          Secret.class,
          ConfigMap.class,
          Service.class,
          PodDisruptionBudget.class,
          Deployment.class,
          AUTOSCALER);

  private static final String OWN = Names.MANAGED_BY_LABEL + "=" + Names.MANAGER;

  private final SimpleInboundEventSource<ConnectionPool> news =
      new SimpleInboundEventSource<>("news");
  private final Map<FleetId, ServerId> namedBy = new ConcurrentHashMap<>();
  private final Set<String> namespaces;
  private List<InformerEventSource<DatabaseServer, ConnectionPool>> servers = List.of();

  /**
   * Watches nothing yet.
   *
   * @param namespaces to watch; all if empty
   */
  Watches(Set<String> namespaces) {
    this.namespaces = Set.copyOf(namespaces);
  }

  /** Has a pool looked at, because something new is known of it. */
  void lookAt(FleetId pool) {
    news.propagateEvent(new ResourceID(pool.pool(), pool.namespace()));
  }

  List<EventSource<?, ConnectionPool>> eventSources(EventSourceContext<ConnectionPool> context) {
    List<EventSource<?, ConnectionPool>> sources = new ArrayList<>();
    sources.add(news);
    servers =
        PerNamespace.of(namespaces).stream().map(namespace -> servers(namespace, context)).toList();
    sources.addAll(servers);
    for (PerNamespace namespace : PerNamespace.of(namespaces)) {
      for (Class<? extends HasMetadata> kind : CHILDREN) {
        sources.add(child(kind, namespace, context));
      }
    }
    return List.copyOf(sources);
  }

  /** All of them, since pools name servers that are not theirs. */
  private InformerEventSource<DatabaseServer, ConnectionPool> servers(
      PerNamespace namespace, EventSourceContext<ConnectionPool> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(DatabaseServer.class, ConnectionPool.class)
            .withName(namespace.named(DatabaseServer.KIND))
            .withNamespaces(namespace.watched())
            .withItemStore(new TrimmedStore<>(Watches::withoutStatus))
            .withSecondaryToPrimaryMapper(this::poolsOf)
            .withOnUpdateFilter(
                (after, before) ->
                    !Objects.equals(
                        after.getMetadata().getGeneration(), before.getMetadata().getGeneration()))
            .build(),
        context);
  }

  private static DatabaseServer withoutStatus(DatabaseServer server) {
    server.setStatus(null);
    return server;
  }

  private Set<ResourceID> poolsOf(DatabaseServer server) {
    ServerId id = new ServerId(server.getMetadata().getNamespace(), server.getMetadata().getName());
    Set<ResourceID> pools =
        namedBy.entrySet().stream()
            .filter(named -> named.getValue().equals(id))
            .map(named -> new ResourceID(named.getKey().pool(), named.getKey().namespace()))
            .collect(Collectors.toCollection(HashSet::new));
    if (server.getMetadata().getLabels() != null) {
      pools.addAll(poolOf(server));
    }
    return Set.copyOf(pools);
  }

  /** Notes the server that a pool names: when that changes, the pool is looked at. */
  void assign(FleetId pool, ServerId server) {
    namedBy.put(pool, server);
  }

  /** The DatabaseServer of a pool, as a watch's cache has it. */
  Optional<DatabaseServer> serverOf(ConnectionPool pool) {
    ServerId id = ServerId.of(pool);
    return servers.stream()
        .flatMap(source -> source.get(new ResourceID(id.name(), id.namespace())).stream())
        .findFirst()
        .filter(server -> ServerId.isServerOf(server, pool));
  }

  void forget(FleetId pool) {
    namedBy.remove(pool);
  }

  private static <R extends HasMetadata> EventSource<R, ConnectionPool> child(
      Class<R> kind, PerNamespace namespace, EventSourceContext<ConnectionPool> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(kind, ConnectionPool.class)
            .withName(namespace.named(kind.getSimpleName()))
            .withNamespaces(namespace.watched())
            .withLabelSelector(OWN)
            .withItemStore(new TrimmedStore<>(Watches::trimmed))
            .withSecondaryToPrimaryMapper(Watches::poolOf)
            .build(),
        context);
  }

  /**
   * Whose a child is and which version it has is all that is asked of it, but of the ConfigMap of a
   * workload.
   */
  static <R extends HasMetadata> R trimmed(R child) {
    switch (child) {
      case ConfigMap map when WorkloadConfigMap.isOne(map) -> {
        return child;
      }
      case ConfigMap map -> map.setData(null);
      case Secret secret -> secret.setData(null);
      case Service service -> {
        service.setSpec(null);
        service.setStatus(null);
      }
      case PodDisruptionBudget budget -> {
        budget.setSpec(null);
        budget.setStatus(null);
      }
      case Deployment deployment -> {
        deployment.setSpec(null);
        deployment.setStatus(null);
      }
      case HorizontalPodAutoscaler autoscaler -> {
        autoscaler.setSpec(null);
        autoscaler.setStatus(null);
      }
      default -> {}
    }
    child.getMetadata().setAnnotations(null);
    child.getMetadata().setLabels(Names.poolLabel(child.getMetadata()));
    return child;
  }

  private static Set<ResourceID> poolOf(HasMetadata resource) {
    String pool = resource.getMetadata().getLabels().get(Names.POOL_LABEL);
    return pool == null
        ? Set.of()
        : Set.of(new ResourceID(pool, resource.getMetadata().getNamespace()));
  }
}
