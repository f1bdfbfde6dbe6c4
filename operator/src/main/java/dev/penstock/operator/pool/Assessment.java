package dev.penstock.operator.pool;

import dev.penstock.contract.InstanceReport;
import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.budget.Decision;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.server.ServerView;
import dev.penstock.operator.status.ConditionStatus;
import dev.penstock.operator.status.ConditionType;
import dev.penstock.operator.status.Conditions;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a reconciliation has found, told as a status. Pure.
 *
 * @param pool as it is
 * @param references its Secrets
 * @param outcome whether its children could be applied
 * @param view its server
 * @param budget what it may use
 * @param conflict the older pool that names the same server
 * @param pods its pods
 * @param roster its instances
 * @param round what was decided
 * @param now the time
 */
record Assessment(
    ConnectionPool pool,
    References references,
    Application.Outcome outcome,
    ServerView view,
    PoolBudget budget,
    Optional<ConnectionPool> conflict,
    Collection<PodFacts> pods,
    Roster roster,
    GrantRound round,
    Instant now) {

  /** The conditions that follow, with the changes against those before. */
  Conditions conditions(ConnectionPoolStatus before) {
    Conditions conditions =
        new Conditions(before.conditions(), pool.getMetadata().getGeneration(), now);
    secrets(conditions);
    applied(conditions);
    server(conditions);
    conflict(conditions);
    budgeted(conditions);
    instances(conditions);
    return conditions;
  }

  private void secrets(Conditions conditions) {
    List<String> problems = references.problems();
    if (!problems.isEmpty()) {
      conditions.set(
          ConditionType.SecretsResolved,
          ConditionStatus.False,
          "SecretMissing",
          String.join("; ", problems));
    } else {
      conditions.set(
          ConditionType.SecretsResolved,
          ConditionStatus.True,
          "Resolved",
          "all Secrets that the pool names are there and usable");
    }
  }

  private void applied(Conditions conditions) {
    boolean isApplied = outcome.problem().isEmpty();
    conditions.set(
        ConditionType.Applied,
        isApplied ? ConditionStatus.True : ConditionStatus.False,
        outcome.reason(),
        isApplied ? "what can be applied is applied" : outcome.problem());
  }

  private void server(Conditions conditions) {
    String address = pool.getSpec().server().host() + ":" + pool.getSpec().server().port();
    if (references.probe().isEmpty()) {
      conditions.set(
          ConditionType.ServerReachable,
          ConditionStatus.Unknown,
          "SecretMissing",
          address + " cannot be asked before the Secrets for it are there (see SecretsResolved)");
    } else if (view.failure() != null) {
      conditions.set(
          ConditionType.ServerReachable,
          ConditionStatus.False,
          view.failure().reason().name(),
          view.failure().message());
    } else if (view.facts() == null) {
      conditions.set(
          ConditionType.ServerReachable,
          ConditionStatus.Unknown,
          "Asking",
          address + " is being asked");
    } else {
      conditions.set(
          ConditionType.ServerReachable,
          ConditionStatus.True,
          "Answered",
          "%s allows %d connections and reserves %d"
              .formatted(address, view.facts().maxConnections(), view.facts().reservedTogether()));
    }
  }

  private void conflict(Conditions conditions) {
    if (conflict.isPresent()) {
      conditions.set(
          ConditionType.Conflict,
          ConditionStatus.True,
          "SameServer",
          conflictMessage(conflict.get()));
    } else {
      conditions.set(
          ConditionType.Conflict,
          ConditionStatus.False,
          "OnlyPool",
          "no older pool names the same server");
    }
  }

  private String conflictMessage(ConnectionPool older) {
    return "spec.server names %s, which the older pool %s/%s names too: each would spend the whole"
            .formatted(
                SameServer.server(pool),
                older.getMetadata().getNamespace(),
                older.getMetadata().getName())
        + " budget, so this one gets nothing. Let the clients use the older pool, or delete it";
  }

  private void budgeted(Conditions conditions) {
    Ledger ledger = round.ledger();
    if (conflict.isPresent()) {
      conditions.set(
          ConditionType.Budgeted,
          ConditionStatus.False,
          "Conflict",
          "nothing is granted to this pool (see Conflict)");
    } else if (budget.budget().isEmpty()) {
      boolean isUnknown = budget.server() == null;
      conditions.set(
          ConditionType.Budgeted,
          isUnknown ? ConditionStatus.Unknown : ConditionStatus.False,
          isUnknown ? "ServerUnknown" : "InvalidHeadroom",
          budget.problem());
    } else if (!roster.unheard().isEmpty()) {
      conditions.set(
          ConditionType.Budgeted,
          ConditionStatus.False,
          "InstanceUnheard",
          "what was granted to "
              + roster.unheard().stream().map(Member::pod).collect(Collectors.joining(", "))
              + " is in no ledger (the status was emptied or replaced) and cannot be asked: nothing"
              + " is raised until it answers or has ended. Delete the pod if it stays so");
    } else if (round.admission()
        instanceof Decision.Admission.Unsatisfiable(int needed, int available)) {
      conditions.set(
          ConditionType.Budgeted,
          ConditionStatus.False,
          "Unsatisfiable",
          "%d instances need at least one connection each and only %d are to be had: lower"
                  .formatted(needed, available)
              + " spec.replicas, lower spec.server.headroom, or raise max_connections of the"
              + " server; the younger instances stay not Ready");
    } else if (!budget.problem().isEmpty()) {
      conditions.set(
          ConditionType.Budgeted, ConditionStatus.False, "Unsatisfiable", budget.problem());
    } else if (ledger.committed() > budget.budget().get().connections()) {
      conditions.set(
          ConditionType.Budgeted,
          ConditionStatus.False,
          "OverBudget",
          "the budget has shrunk to %d and instances may still hold more: it is reached as their"
                  .formatted(budget.budget().get().connections())
              + " transactions end; nothing is raised until then");
    } else {
      conditions.set(
          ConditionType.Budgeted,
          ConditionStatus.True,
          "WithinBudget",
          "the instances share " + budget.budget().get().connections() + " connections");
    }
  }

  private void instances(Conditions conditions) {
    int wanted = pool.getSpec().replicas();
    int ready = ready();
    boolean isComplete = ready >= wanted;
    conditions.set(
        ConditionType.Ready,
        isComplete ? ConditionStatus.True : ConditionStatus.False,
        isComplete ? "InstancesReady" : "InstancesNotReady",
        ready + " of " + wanted + " instances serve clients");
    // What an eviction leaves behind has ended and moves nothing.
    long alive = pods.stream().filter(pod -> pod.life() instanceof PodFacts.Life.Running).count();
    boolean isMoving = !isComplete || alive != wanted;
    conditions.set(
        ConditionType.Progressing,
        isMoving ? ConditionStatus.True : ConditionStatus.False,
        isMoving ? "InstancesChanging" : "Stable",
        "%d pods for %d instances".formatted(alive, wanted));
  }

  /** As a Deployment counts: without those that are on their way out. */
  private int present() {
    return (int)
        pods.stream()
            .filter(pod -> !pod.deleting() && pod.life() instanceof PodFacts.Life.Running)
            .count();
  }

  private int ready() {
    return (int) pods.stream().filter(pod -> pod.ready() && !pod.deleting()).count();
  }

  /** The whole status, as one fresh object. */
  ConnectionPoolStatus status(ConnectionPoolStatus before, Conditions conditions) {
    Ledger ledger = round.ledger();
    List<LedgerEntry> lines = LedgerLines.write(ledger, roster, before.ledger(), now);
    return new ConnectionPoolStatus(
        pool.getMetadata().getGeneration(),
        present(),
        ready(),
        ready() + "/" + pool.getSpec().replicas(),
        Names.of(pool).selector(),
        conditions.list(),
        budget.server(),
        budget.budget().map(known -> known.connections()).orElse(null),
        Math.toIntExact(ledger.granted()),
        held(),
        waiting(),
        ledger.round(),
        lines);
  }

  int held() {
    return reports().stream().mapToInt(InstanceReport::held).sum();
  }

  int waiting() {
    return reports().stream().mapToInt(InstanceReport::waiting).sum();
  }

  private List<InstanceReport> reports() {
    return roster.members().stream().map(Member::report).filter(Objects::nonNull).toList();
  }
}
