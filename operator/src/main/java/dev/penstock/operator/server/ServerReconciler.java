package dev.penstock.operator.server;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.probe.Servers;
import dev.penstock.operator.status.Announcer;
import dev.penstock.operator.status.Conditions;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Keeps a DatabaseServer. Called for one server by one thread at a time.
 *
 * @param keeper of the law
 * @param watches what makes a server be looked at
 * @param secrets that servers name
 * @param servers the database servers, to be asked
 * @param shares what each pool has
 * @param announcer for Events
 * @param metrics for figures
 * @param settings times
 * @param direct connections that a pool's workloads open themselves, at their worst
 */
public record ServerReconciler(
    GrantKeeper keeper,
    ServerWatches watches,
    SecretReader secrets,
    Servers servers,
    PoolShares shares,
    Announcer announcer,
    ServerFigures metrics,
    ServerSettings settings,
    ToIntFunction<ConnectionPool> direct)
    implements Reconciler<DatabaseServer>, Cleaner<DatabaseServer> {

  /** Someone else wrote the resource meanwhile: computed again from what is there now. */
  private static final Duration AFTER_CONFLICT = Duration.ofMillis(50);

  /** How soon to look again whether the last instance of a deleted server is gone. */
  private static final Duration WHILE_LEAVING = Duration.ofSeconds(1);

  @Override
  public List<EventSource<?, DatabaseServer>> prepareEventSources(
      EventSourceContext<DatabaseServer> context) {
    return watches.eventSources(context);
  }

  @Override
  public UpdateControl<DatabaseServer> reconcile(
      DatabaseServer seen, Context<DatabaseServer> context) {
    return switch (keep(seen, context)) {
      case GrantKeeper.Outcome.Kept kept ->
          kept.again()
              .map(again -> UpdateControl.<DatabaseServer>noUpdate().rescheduleAfter(again))
              .orElseGet(UpdateControl::noUpdate);
      case GrantKeeper.Outcome.Overtaken() ->
          UpdateControl.<DatabaseServer>noUpdate().rescheduleAfter(AFTER_CONFLICT);
      case GrantKeeper.Outcome.Gone() -> UpdateControl.noUpdate();
    };
  }

  private GrantKeeper.Outcome keep(DatabaseServer seen, Context<DatabaseServer> context) {
    ServerId id = ServerId.of(seen);
    List<ConnectionPool> pools = watches.poolsOf(seen);
    List<Tenant> tenants =
        pools.stream()
            .map(
                pool ->
                    Tenant.of(
                        pool,
                        seen.getSpec().allows(id.namespace(), pool.getMetadata().getNamespace())))
            .toList();
    tenants.forEach(tenant -> watches.assign(tenant.id(), id));
    ServerReferences references =
        ServerReferences.of(
            id.namespace(),
            seen.getSpec().server(),
            secrets.askedBy(new SecretReader.Asker.Server(id)));
    GrantKeeper.Outcome outcome =
        keeper.keep(
            new GrantKeeper.Scene(
                seen,
                tenants,
                references.probe(),
                references.problems(),
                SameServer.olderThan(seen, context.getPrimaryCache().list()),
                SameServer.spokenForByOthers(seen, context.getPrimaryCache().list()),
                pools.stream().mapToInt(direct).sum()));
    if (outcome instanceof GrantKeeper.Outcome.Kept(ServerAssessment found, _)) {
      shares.publish(found.poolShares());
      announce(seen, found);
      metrics.set(id, found);
    }
    return outcome;
  }

  private void announce(DatabaseServer server, ServerAssessment found) {
    found.conditions().changes().forEach(change -> announcer.announce(server, change));
    for (String instance : found.roster().abandoned()) {
      announcer.announce(
          server,
          new Conditions.Change(
              true,
              "EndNotConfirmed",
              "the end of instance %s could not be confirmed within %d seconds: its connections are"
                      .formatted(instance, settings.quarantine().toSeconds())
                  + " given to others. Grant pg_monitor to the role of"
                  + " spec.server.credentialsSecretRef, so that the server can be asked"));
    }
  }

  /**
   * A server goes only once nobody holds anything of it: until then everything stays as it is, so
   * that a deletion by mistake cuts off no one.
   */
  @Override
  public DeleteControl cleanup(DatabaseServer seen, Context<DatabaseServer> context) {
    ServerId id = ServerId.of(seen);
    List<ConnectionPool> pools = watches.poolsOf(seen);
    boolean isFree =
        switch (keep(seen, context)) {
          case GrantKeeper.Outcome.Kept kept ->
              pools.isEmpty() && kept.found().round().ledger().entries().isEmpty();
          case GrantKeeper.Outcome.Overtaken() -> false;
          case GrantKeeper.Outcome.Gone() -> true;
        };
    if (isFree) {
      forget(id);
      return Finalizer.remove(context);
    }
    if (!pools.isEmpty()) {
      announcer.announce(seen, stillNamed(pools));
    }
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(WHILE_LEAVING);
  }

  private static Conditions.Change stillNamed(List<ConnectionPool> pools) {
    String names =
        pools.stream()
            .map(pool -> pool.getMetadata().getNamespace() + "/" + pool.getMetadata().getName())
            .sorted()
            .collect(Collectors.joining(", "));
    return new Conditions.Change(
        true,
        "DeletionWaits",
        "the DatabaseServer is deleted once no ConnectionPool names it and the last connection is"
            + " accounted for; until then it is served on. Delete "
            + names);
  }

  private void forget(ServerId id) {
    keeper.forget(id);
    servers.forget(id.toString());
    watches.forget(id);
    metrics.remove(id);
  }
}
