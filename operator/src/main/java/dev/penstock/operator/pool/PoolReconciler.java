package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.FleetIdentity;
import dev.penstock.operator.fleet.Target;
import dev.penstock.operator.status.Announcer;
import dev.penstock.operator.status.Conditions;
import dev.penstock.operator.status.PoolMetrics;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a ConnectionPool: gathers, decides, writes the ledger, then tells. Called for one pool by
 * one thread at a time.
 */
public final class PoolReconciler
    implements Reconciler<ConnectionPool>, Cleaner<ConnectionPool>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PoolReconciler.class);

  /** Someone else wrote the resource meanwhile: computed again from what is there now. */
  private static final Duration AFTER_CONFLICT = Duration.ofMillis(50);

  /** How soon to look again whether the last instance of a deleted pool is gone. */
  private static final Duration WHILE_LEAVING = Duration.ofSeconds(1);

  private final PoolParts parts;
  private final Survey survey;
  private final Map<FleetId, Instant> writtenAt = new ConcurrentHashMap<>();

  PoolReconciler(PoolParts parts) {
    this.parts = parts;
    this.survey = new Survey(parts);
  }

  @Override
  public List<EventSource<?, ConnectionPool>> prepareEventSources(
      EventSourceContext<ConnectionPool> context) {
    return parts.watches().eventSources(context, parts.departures());
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
    References references = References.of(pool, parts.secrets());
    FleetIdentity identity = parts.fleetSecrets().identity(id, pool);
    Application.Outcome outcome = parts.application().apply(pool, references, identity, context);
    Survey.Pass pass =
        survey.of(new Survey.Subject(id, pool, references, outcome, identity, false), context);
    return settle(id, pool, pass)
        .<UpdateControl<ConnectionPool>>map(
            again -> UpdateControl.<ConnectionPool>noUpdate().rescheduleAfter(again))
        .orElseGet(UpdateControl::noUpdate);
  }

  /** Writes what was found, then tells it; says when to look again. */
  private Optional<Duration> settle(FleetId id, ConnectionPool pool, Survey.Pass pass) {
    ConnectionPoolStatus before = status(pool);
    Assessment found = pass.found();
    Conditions conditions = found.conditions(before);
    ConnectionPoolStatus after = found.status(pass.known(), conditions);
    Optional<Duration> again = Optional.empty();
    switch (StatusDifference.urgency(before, after)) {
      case AT_ONCE -> {
        if (!write(id, pool, after)) {
          return Optional.of(AFTER_CONFLICT);
        }
      }
      case IN_TURN -> {
        Duration left = untilNextWrite(id, found.now());
        if (left.isPositive()) {
          again = Optional.of(left);
        } else if (!write(id, pool, after)) {
          return Optional.of(AFTER_CONFLICT);
        }
      }
      case NEVER -> {}
    }
    tell(id, pass);
    announce(pool, found, conditions);
    measure(id, found);
    return again;
  }

  private boolean write(FleetId id, ConnectionPool pool, ConnectionPoolStatus status) {
    boolean isWritten = parts.store().write(id, pool, status);
    if (isWritten) {
      writtenAt.put(id, parts.clock().instant());
    } else {
      LOG.debug("{} was changed by another; computed again", id);
    }
    return isWritten;
  }

  private Duration untilNextWrite(FleetId id, Instant now) {
    Instant last = writtenAt.getOrDefault(id, Instant.EPOCH);
    return Duration.between(now, last.plus(parts.settings().statusPace()));
  }

  private void tell(FleetId id, Survey.Pass pass) {
    Map<String, String> addresses =
        Survey.targets(pass.pods().values()).stream()
            .collect(Collectors.toMap(Target::uid, Target::address));
    Assessment found = pass.found();
    found
        .round()
        .messages(found.roster(), addresses)
        .forEach((uid, message) -> parts.fleet().tell(id, uid, message));
  }

  private void announce(ConnectionPool pool, Assessment found, Conditions conditions) {
    Announcer announcer = parts.announcer();
    conditions.changes().forEach(change -> announcer.announce(pool, change));
    for (String instance : found.roster().abandoned()) {
      announcer.announce(
          pool,
          new Conditions.Change(
              true,
              "EndNotConfirmed",
              "the end of instance %s could not be confirmed within %d seconds: its connections are"
                      .formatted(instance, parts.settings().quarantine().toSeconds())
                  + " given to others. Grant pg_monitor to the role of"
                  + " spec.server.credentialsSecretRef, so that the server can be asked"));
    }
  }

  private void measure(FleetId id, Assessment found) {
    Ledger ledger = found.round().ledger();
    long quarantined =
        found.roster().members().stream()
            .filter(member -> member.standing() == Member.Standing.QUARANTINED)
            .count();
    parts
        .metrics()
        .set(
            id.namespace(),
            id.pool(),
            new PoolMetrics.Figures(
                found.budget().budget().map(Budget::connections).orElse(0),
                ledger.committed(),
                ledger.granted(),
                found.held(),
                found.waiting(),
                Math.toIntExact(quarantined)));
  }

  @Override
  public DeleteControl cleanup(ConnectionPool seen, Context<ConnectionPool> context) {
    FleetId id = id(seen);
    Optional<ConnectionPool> latest = parts.store().latest(id, seen);
    if (latest.isEmpty()) {
      return leave(id, seen);
    }
    ConnectionPool pool = latest.get();
    parts.children().deleteInstances(pool);
    References references = References.of(pool, parts.secrets());
    FleetIdentity identity = parts.fleetSecrets().identity(id, pool);
    Survey.Pass pass =
        survey.of(
            new Survey.Subject(id, pool, references, Application.Outcome.APPLIED, identity, true),
            context);
    Optional<Duration> again = settle(id, pool, pass);
    boolean allGone = pass.found().round().ledger().entries().isEmpty() && pass.pods().isEmpty();
    if (allGone) {
      return leave(id, pool);
    }
    Instant deleted = Instant.parse(pool.getMetadata().getDeletionTimestamp());
    Duration grace = Duration.ofSeconds(pool.getSpec().template().terminationGracePeriodSeconds());
    if (pass.found().now().isAfter(deleted.plus(grace).plus(parts.settings().quarantine()))) {
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
      return leave(id, pool);
    }
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(again.orElse(WHILE_LEAVING));
  }

  private DeleteControl leave(FleetId id, ConnectionPool pool) {
    parts.fleet().leave(id);
    parts.servers().forget(id.toString());
    parts.store().forget(id);
    parts.children().forget(pool);
    parts.fleetSecrets().forget(id);
    survey.forget(id);
    parts.metrics().remove(id.namespace(), id.pool());
    writtenAt.remove(id);
    return DeleteControl.defaultDelete();
  }

  private static ConnectionPoolStatus status(ConnectionPool pool) {
    return Optional.ofNullable(pool.getStatus()).orElse(ConnectionPoolStatus.EMPTY);
  }

  private static FleetId id(ConnectionPool pool) {
    return new FleetId(pool.getMetadata().getNamespace(), pool.getMetadata().getName());
  }

  /** Ends the conversations; instances keep what they have. */
  @Override
  public void close() {
    parts.fleet().close();
    parts.servers().close();
  }
}
