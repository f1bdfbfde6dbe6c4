package dev.penstock.operator.server;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.WorkloadStatus;
import dev.penstock.operator.fleet.FleetId;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What makes a server be looked at: the pools that name it, their pods, reports of instances, and
 * its own answers. Thread-safe.
 */
public final class ServerWatches {

  private static final String BY_SERVER = "server";

  private final SimpleInboundEventSource<DatabaseServer> news =
      new SimpleInboundEventSource<>("news");
  private final Map<FleetId, ServerId> serverOf = new ConcurrentHashMap<>();
  private final PodWatch pods;
  private final Set<String> namespaces;
  private List<InformerEventSource<ConnectionPool, DatabaseServer>> pools = List.of();

  /**
   * Watches nothing yet.
   *
   * @param namespaces to watch; all if empty
   */
  ServerWatches(PodWatch pods, Set<String> namespaces) {
    this.pods = pods;
    this.namespaces = Set.copyOf(namespaces);
  }

  PodWatch pods() {
    return pods;
  }

  /** Notes which server a pool is at, so that what happens to the one has the other looked at. */
  public void assign(FleetId pool, ServerId server) {
    if (!server.equals(serverOf.put(pool, server))) {
      lookAt(server);
    }
  }

  /** Has a server looked at, because something new is known of it. */
  public void lookAt(ServerId server) {
    news.propagateEvent(resource(server));
  }

  /**
   * Has a server looked at.
   *
   * @param key as {@link ServerId#toString()} writes it
   */
  public void lookAt(String key) {
    lookAt(ServerId.parse(key));
  }

  /** Has the server of a pool looked at. */
  public void lookAtServerOf(FleetId pool) {
    ServerId server = serverOf.get(pool);
    if (server != null) {
      lookAt(server);
    }
  }

  List<EventSource<?, DatabaseServer>> eventSources(EventSourceContext<DatabaseServer> context) {
    pools =
        PerNamespace.of(namespaces).stream().map(namespace -> pools(namespace, context)).toList();
    List<EventSource<?, DatabaseServer>> sources = new ArrayList<>();
    sources.add(news);
    sources.addAll(pools);
    sources.addAll(pods.eventSources(context, this::serversOf));
    return List.copyOf(sources);
  }

  private static InformerEventSource<ConnectionPool, DatabaseServer> pools(
      PerNamespace namespace, EventSourceContext<DatabaseServer> context) {
    InformerEventSource<ConnectionPool, DatabaseServer> source =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(ConnectionPool.class, DatabaseServer.class)
                .withName(namespace.named("pools"))
                .withNamespaces(namespace.watched())
                .withItemStore(new TrimmedStore<>(ServerWatches::trimmed))
                .withSecondaryToPrimaryMapper(pool -> Set.of(resource(ServerId.of(pool))))
                .withOnUpdateFilter(ServerWatches::isChanged)
                .build(),
            context);
    source.addIndexers(Map.of(BY_SERVER, pool -> List.of(ServerId.of(pool).toString())));
    return source;
  }

  /** The pool as a server sees it: of the status, only what its workloads take. */
  private static ConnectionPool trimmed(ConnectionPool pool) {
    List<WorkloadStatus> workloads = workloads(pool);
    pool.setStatus(workloads.isEmpty() ? null : ConnectionPoolStatus.of(workloads));
    return pool;
  }

  /**
   * Its status changes with every round, and says nothing that the server does not know, but for
   * what its workloads take of the budget.
   */
  private static boolean isChanged(ConnectionPool after, ConnectionPool before) {
    return !Objects.equals(
            after.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(
            after.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp())
        || !workloads(after).equals(workloads(before));
  }

  private static List<WorkloadStatus> workloads(ConnectionPool pool) {
    return pool.getStatus() == null ? List.of() : pool.getStatus().workloads();
  }

  private Set<ResourceID> serversOf(FleetId pool) {
    ServerId server = serverOf.get(pool);
    return server == null ? Set.of() : Set.of(resource(server));
  }

  /** The pools of a server, from a watch's cache. */
  List<ConnectionPool> poolsOf(DatabaseServer server) {
    return poolsOf(ServerId.of(server)).stream()
        .filter(pool -> ServerId.isServerOf(server, pool))
        .toList();
  }

  /** The pools whose server has that name, from a watch's cache. */
  public List<ConnectionPool> poolsOf(ServerId server) {
    if (pools.isEmpty()) {
      throw new IllegalStateException("pools are not watched yet");
    }
    return pools.stream()
        .flatMap(source -> source.byIndex(BY_SERVER, server.toString()).stream())
        .toList();
  }

  void forget(ServerId server) {
    serverOf.values().removeIf(server::equals);
  }

  private static ResourceID resource(ServerId server) {
    return new ResourceID(server.name(), server.namespace());
  }
}
