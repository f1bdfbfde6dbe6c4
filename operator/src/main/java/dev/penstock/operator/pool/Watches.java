package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.fleet.FleetId;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
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
import java.util.List;
import java.util.Set;

/**
 * What makes a pool be looked at: its pods and children, by watches that select the operator's own
 * label; reports of its instances and answers of its server. Thread-safe.
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

  /** Has a pool looked at, because something new is known of it. */
  void lookAt(FleetId pool) {
    news.propagateEvent(new ResourceID(pool.pool(), pool.namespace()));
  }

  List<EventSource<?, ConnectionPool>> eventSources(
      EventSourceContext<ConnectionPool> context, Departures departures) {
    List<EventSource<?, ConnectionPool>> sources = new ArrayList<>();
    sources.add(news);
    sources.add(
        new InformerEventSource<>(
            configuration(Pod.class)
                .withOnDeleteFilter(
                    (pod, _) -> {
                      departures.remember(pod);
                      return true;
                    })
                .build(),
            context));
    for (Class<? extends HasMetadata> kind : CHILDREN) {
      sources.add(child(kind, context));
    }
    return List.copyOf(sources);
  }

  private static <R extends HasMetadata> EventSource<R, ConnectionPool> child(
      Class<R> kind, EventSourceContext<ConnectionPool> context) {
    return new InformerEventSource<>(configuration(kind).build(), context);
  }

  private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> configuration(
      Class<R> kind) {
    return InformerEventSourceConfiguration.from(kind, ConnectionPool.class)
        .withName(kind.getSimpleName())
        .withLabelSelector(OWN)
        .withSecondaryToPrimaryMapper(Watches::poolOf);
  }

  private static Set<ResourceID> poolOf(HasMetadata resource) {
    String pool = resource.getMetadata().getLabels().get(Names.POOL_LABEL);
    return pool == null
        ? Set.of()
        : Set.of(new ResourceID(pool, resource.getMetadata().getNamespace()));
  }
}
