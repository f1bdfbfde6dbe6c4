package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.operator.desired.DesiredState;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.FleetIdentity;
import dev.penstock.operator.server.Finalizer;
import dev.penstock.operator.server.PoolShare;
import dev.penstock.operator.server.SecretReader;
import dev.penstock.operator.server.Secrets;
import dev.penstock.operator.server.ServerId;
import dev.penstock.operator.status.Conditions;
import dev.penstock.operator.status.StatusPace;
import dev.penstock.operator.workload.Advice;
import dev.penstock.operator.workload.Room;
import dev.penstock.operator.workload.WorkloadView;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a ConnectionPool: applies what it needs, and says in its status what it has. How much that
 * is, is decided for all pools of a server together ({@link
 * dev.penstock.operator.server.ServerReconciler}). Called for one pool by one thread at a time.
 */
final class PoolReconciler implements Reconciler<ConnectionPool>, Cleaner<ConnectionPool> {

  private static final Logger LOG = LoggerFactory.getLogger(PoolReconciler.class);

  /** Someone else wrote the resource meanwhile: computed again from what is there now. */
  private static final Duration AFTER_CONFLICT = Duration.ofMillis(50);

  /** How soon to look again whether the last instance of a deleted pool is gone. */
  private static final Duration WHILE_LEAVING = Duration.ofSeconds(1);

  private final PoolParts parts;
  private final StatusPace<FleetId> statuses;

  PoolReconciler(PoolParts parts) {
    this.parts = parts;
    this.statuses =
        new StatusPace<>(
            parts.clock(), parts.settings().statusPace(), parts.settings().figuresPace());
  }

  @Override
  public List<EventSource<?, ConnectionPool>> prepareEventSources(
      EventSourceContext<ConnectionPool> context) {
    return parts.watches().eventSources(context);
  }

  @Override
  public UpdateControl<ConnectionPool> reconcile(
      ConnectionPool seen, Context<ConnectionPool> context) {
    FleetId id = id(seen);
    Optional<ConnectionPool> latest = parts.store().latest(id, seen);
    if (latest.isEmpty()) {
      return UpdateControl.noUpdate();
    }
    ConnectionPool pool = latest.get();
    Secrets secrets = secrets(id);
    PoolServer server = server(id, pool, secrets);
    References references = References.of(pool, secrets);
    FleetIdentity identity = parts.fleetSecrets().identity(id, pool);
    Optional<PoolShare> share = parts.shares().of(id);
    Advice advice = advice(id, pool, share, context);
    Application.Outcome outcome =
        parts.application().apply(pool, references, server, identity, advice, context);
    parts.fleet().identify(id, identity);
    Assessment found =
        new Assessment(pool, references, server, outcome, share, advice, parts.clock().instant());
    return Stream.concat(
            settle(id, found).stream(),
            // Not all that can be wrong is watched: a quota, a name that another takes.
            found.isWell() ? Stream.empty() : Stream.of(parts.settings().interval()))
        .min(Comparator.naturalOrder())
        .<UpdateControl<ConnectionPool>>map(
            again -> UpdateControl.<ConnectionPool>noUpdate().rescheduleAfter(again))
        .orElseGet(UpdateControl::noUpdate);
  }

  private Secrets secrets(FleetId id) {
    return parts.secrets().askedBy(new SecretReader.Asker.Pool(id));
  }

  private PoolServer server(FleetId id, ConnectionPool pool, Secrets secrets) {
    ServerId server = ServerId.of(pool);
    parts.watches().assign(id, server);
    parts.serverWatches().assign(id, server);
    return PoolServer.of(pool, parts.watches().serverOf(pool), secrets);
  }

  private Advice advice(
      FleetId id, ConnectionPool pool, Optional<PoolShare> share, Context<ConnectionPool> context) {
    List<WorkloadView> views =
        parts.workloads().look(id.toString(), id.namespace(), pool.getSpec().workloads());
    Optional<Room> room = share.flatMap(have -> room(pool, have));
    return Advice.of(pool, views, room, context.getSecondaryResourcesAsStream(ConfigMap.class));
  }

  private Optional<Room> room(ConnectionPool pool, PoolShare share) {
    if (share.facts() == null || share.budget() == null) {
      return Optional.empty();
    }
    return Optional.of(
        Room.of(
            share.facts().budget(),
            share.budget(),
            pool,
            parts.serverWatches().poolsOf(ServerId.of(pool)),
            DesiredState.clientLimit(pool.getSpec())));
  }

  /** Writes what was found; says when to look again. */
  private Optional<Duration> settle(FleetId id, Assessment found) {
    ConnectionPool pool = found.pool();
    ConnectionPoolStatus before =
        Optional.ofNullable(pool.getStatus()).orElse(ConnectionPoolStatus.EMPTY);
    Conditions conditions = found.conditions(before);
    if (before.observedGeneration() != null && isYetToBeLookedAt(found)) {
      // After a restart: what was written stands until then, which has this pool looked at again.
      return Optional.empty();
    }
    ConnectionPoolStatus after = found.status(conditions);
    return switch (statuses.write(
        id, StatusDifference.urgency(before, after), () -> parts.store().write(id, pool, after))) {
      case StatusPace.Turn.Overtaken() -> {
        LOG.debug("{} was changed by another; computed again", id);
        yield Optional.of(AFTER_CONFLICT);
      }
      case StatusPace.Turn.Settled(Optional<Duration> again) -> {
        conditions.changes().forEach(change -> parts.announcer().announce(pool, change));
        yield again;
      }
    };
  }

  /** Its server is there, and what the pool has of it will be known in a moment. */
  private boolean isYetToBeLookedAt(Assessment found) {
    return found.share().isEmpty() && parts.watches().serverOf(found.pool()).isPresent();
  }

  @Override
  public DeleteControl cleanup(ConnectionPool seen, Context<ConnectionPool> context) {
    FleetId id = id(seen);
    Optional<ConnectionPool> latest = parts.store().latest(id, seen);
    if (latest.isEmpty()) {
      return leave(id, seen, context);
    }
    ConnectionPool pool = latest.get();
    Secrets secrets = secrets(id);
    PoolServer server = server(id, pool, secrets);
    parts.children().deleteInstances(pool);
    parts.fleet().identify(id, parts.fleetSecrets().identity(id, pool));
    Instant now = parts.clock().instant();
    Optional<PoolShare> share = parts.shares().of(id);
    Optional<Duration> again =
        settle(
            id,
            new Assessment(
                pool,
                References.of(pool, secrets),
                server,
                Application.Outcome.APPLIED,
                share,
                Advice.NONE,
                now));
    if (isGone(pool, share)) {
      return leave(id, pool, context);
    }
    Instant deleted = Instant.parse(pool.getMetadata().getDeletionTimestamp());
    Duration grace = Duration.ofSeconds(pool.getSpec().template().terminationGracePeriodSeconds());
    if (now.isAfter(deleted.plus(grace).plus(parts.settings().quarantine()))) {
      parts
          .announcer()
          .announce(
              pool,
              new Conditions.Change(
                  true,
                  "ReleasedUnconfirmed",
                  "the pool is released although the end of its instances could not be confirmed:"
                      + " look for their connections in pg_stat_activity before the server is given"
                      + " to another pool"));
      return leave(id, pool, context);
    }
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(again.orElse(WHILE_LEAVING));
  }

  /** Nothing of it is left in the ledger, nor any pod; or there never was a server to hold of. */
  private boolean isGone(ConnectionPool pool, Optional<PoolShare> share) {
    return share
        .map(have -> have.lines().isEmpty() && have.pods().isEmpty())
        .orElseGet(() -> parts.watches().serverOf(pool).isEmpty());
  }

  private DeleteControl leave(FleetId id, ConnectionPool pool, Context<ConnectionPool> context) {
    parts.children().deleteServer(pool);
    parts.fleet().leave(id);
    parts.store().forget(id);
    parts.children().forget(pool);
    parts.fleetSecrets().forget(id);
    parts.shares().forget(id);
    parts.workloads().forget(id.toString());
    parts.watches().forget(id);
    statuses.forget(id);
    return Finalizer.remove(context);
  }

  private static FleetId id(ConnectionPool pool) {
    return new FleetId(pool.getMetadata().getNamespace(), pool.getMetadata().getName());
  }
}
