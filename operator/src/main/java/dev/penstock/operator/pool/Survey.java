package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.FleetIdentity;
import dev.penstock.operator.fleet.Target;
import dev.penstock.operator.server.ProbeTarget;
import dev.penstock.operator.server.ServerView;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One look at a pool: gathers what is known of it, and decides. Thread-safe for different pools.
 */
final class Survey {

  private final PoolParts parts;
  private final Pace pace;

  /**
   * What is looked at.
   *
   * @param pool as it is
   * @param references its Secrets
   * @param outcome whether its children could be applied
   * @param identity its fleet's certificates
   * @param leaving whether it is being deleted
   */
  record Subject(
      FleetId id,
      ConnectionPool pool,
      References references,
      Application.Outcome outcome,
      FleetIdentity identity,
      boolean leaving) {}

  /**
   * What was seen.
   *
   * @param found and what follows from it
   * @param pods by UID
   * @param known the status, with what had been taken out of its ledger
   */
  record Pass(Assessment found, Map<String, PodFacts> pods, ConnectionPoolStatus known) {}

  Survey(PoolParts parts) {
    this.parts = parts;
    this.pace = new Pace(parts.settings().calm());
  }

  Pass of(Subject subject, Context<ConnectionPool> context) {
    Instant now = parts.clock().instant();
    FleetId id = subject.id();
    ConnectionPool pool = subject.pool();
    Optional<ProbeTarget> probe = subject.references().probe();
    ConnectionPoolStatus known = parts.store().known(id, pool);
    Map<String, PodFacts> pods = pods(id, known, context);
    parts.fleet().listenTo(id, subject.identity(), targets(pods.values()));
    ServerView view =
        probe.map(target -> parts.servers().view(id.toString(), target)).orElse(ServerView.UNKNOWN);
    PoolBudget budget = PoolBudget.of(pool.getSpec().server(), pool.getSpec().share(), view, known);
    Optional<ConnectionPool> conflict =
        SameServer.olderThan(pool, context.getPrimaryCache().list());
    Roster roster =
        Roster.of(
            new Roster.Scene(
                known.ledger(),
                pods,
                parts.departures()::of,
                parts.fleet().sightings(id),
                confirmation(id, probe),
                now,
                parts.settings().quarantine(),
                Duration.ofSeconds(pool.getSpec().template().terminationGracePeriodSeconds())));
    Ledger ledger = LedgerLines.read(known);
    // Nothing new is given to a pool that is going, nor to one whose server is another's.
    Optional<Budget> toShare =
        subject.leaving() || conflict.isPresent()
            ? Optional.of(new Budget(0))
            : budget.budget().map(whole -> withoutOthers(whole, pool, context));
    GrantRound round =
        subject.leaving()
            ? GrantRound.leaving(ledger, roster)
            : GrantRound.of(ledger, roster, toShare, pace.isCalm(id, ledger.round(), now));
    return new Pass(
        new Assessment(
            pool,
            subject.references(),
            subject.outcome(),
            view,
            budget,
            conflict,
            pods.values(),
            roster,
            round,
            now),
        pods,
        known);
  }

  private static Budget withoutOthers(
      Budget whole, ConnectionPool pool, Context<ConnectionPool> context) {
    long others = SameServer.spokenForByOthers(pool, context.getPrimaryCache().list());
    return new Budget((int) Math.max(0, whole.connections() - others));
  }

  /**
   * The pods, those included that someone has taken the labels off: they are watched no longer, and
   * run on with what they were granted.
   */
  private Map<String, PodFacts> pods(
      FleetId id, ConnectionPoolStatus known, Context<ConnectionPool> context) {
    Map<String, PodFacts> pods = new LinkedHashMap<>();
    context
        .getSecondaryResourcesAsStream(Pod.class)
        .map(PodFacts::of)
        .forEach(pod -> pods.put(pod.uid(), pod));
    for (LedgerEntry line : known.ledger()) {
      String uid = line.instance().replaceFirst("/.*", "");
      boolean hasEnded =
          parts
              .departures()
              .of(uid)
              .filter(last -> last.life() instanceof PodFacts.Life.Ended)
              .isPresent();
      if (!pods.containsKey(uid) && !hasEnded && line.pod() != null && !line.pod().isEmpty()) {
        Pod there =
            context.getClient().pods().inNamespace(id.namespace()).withName(line.pod()).get();
        if (there != null && there.getMetadata().getUid().equals(uid)) {
          pods.put(uid, PodFacts.of(there));
        }
      }
    }
    return pods;
  }

  private Roster.Confirmation confirmation(FleetId id, Optional<ProbeTarget> target) {
    return (address, since) ->
        target.isPresent()
            && parts
                    .servers()
                    .connectionsFrom(id.toString(), target.get(), address, since)
                    .orElse(1)
                == 0;
  }

  static List<Target> targets(Collection<PodFacts> pods) {
    return pods.stream().flatMap(pod -> pod.target().stream()).toList();
  }

  void forget(FleetId id) {
    pace.forget(id);
  }
}
