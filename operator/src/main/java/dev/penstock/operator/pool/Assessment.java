package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.operator.desired.Names;
import dev.penstock.operator.server.PodFacts;
import dev.penstock.operator.server.PoolShare;
import dev.penstock.operator.status.ConditionType;
import dev.penstock.operator.status.Conditions;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.workload.Advice;
import dev.penstock.operator.workload.Fit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a reconciliation has found, told as a status. Pure.
 *
 * @param pool as it is
 * @param references its Secrets
 * @param server its server
 * @param outcome whether its children could be applied
 * @param share what it has of its server; empty before that was looked at
 * @param advice what its workloads are told
 * @param now the time
 */
record Assessment(
    ConnectionPool pool,
    References references,
    PoolServer server,
    Application.Outcome outcome,
    Optional<PoolShare> share,
    Advice advice,
    Instant now) {

  private static final Verdict NOT_LOOKED_AT =
      Verdict.unknown("Asking", "the server has not been looked at yet");

  /** The conditions that follow, with the changes against those before. */
  Conditions conditions(ConnectionPoolStatus before) {
    Conditions conditions =
        new Conditions(before.conditions(), pool.getMetadata().getGeneration(), now);
    conditions.set(ConditionType.SecretsResolved, secrets());
    conditions.set(ConditionType.Applied, applied());
    conditions.set(ConditionType.ServerReachable, ofServer(PoolShare::reachable));
    conditions.set(ConditionType.Conflict, share.map(PoolShare::conflict).orElse(NOT_LOOKED_AT));
    conditions.set(ConditionType.Budgeted, ofServer(PoolShare::budgeted));
    if (!pool.getSpec().workloads().isEmpty()) {
      conditions.set(ConditionType.WorkloadsResolved, verdict(advice.resolved()));
      conditions.set(ConditionType.WorkloadsFit, verdict(advice.fit()));
    }
    instances(conditions);
    return conditions;
  }

  /** Whether nothing is missing that could come to be there without any watch telling of it. */
  boolean isWell() {
    return references.complete()
        && server instanceof PoolServer.Known
        && outcome.problem().isEmpty()
        && (pool.getSpec().workloads().isEmpty()
            || advice.resolved().verdict() == Fit.Verdict.HOLDS);
  }

  private Verdict secrets() {
    List<String> problems = references.problems();
    return problems.isEmpty()
        ? Verdict.yes("Resolved", "all Secrets that the pool names are there and usable")
        : Verdict.no("SecretMissing", String.join("; ", problems));
  }

  private Verdict applied() {
    return outcome.problem().isEmpty()
        ? Verdict.yes(outcome.reason(), "what can be applied is applied")
        : Verdict.no(outcome.reason(), outcome.problem());
  }

  private Verdict ofServer(Function<PoolShare, Verdict> verdict) {
    return server instanceof PoolServer.Unusable(String reason, String problem)
        ? Verdict.no(reason, problem)
        : share.map(verdict).orElse(NOT_LOOKED_AT);
  }

  private static Verdict verdict(Fit fit) {
    return switch (fit.verdict()) {
      case HOLDS -> Verdict.yes(fit.reason(), fit.message());
      case FAILS -> Verdict.no(fit.reason(), fit.message());
      case UNKNOWN -> Verdict.unknown(fit.reason(), fit.message());
    };
  }

  private void instances(Conditions conditions) {
    int wanted = pool.getSpec().replicas();
    int ready = ready();
    boolean isComplete = ready >= wanted;
    String serving = ready + " of " + wanted + " instances serve clients";
    conditions.set(
        ConditionType.Ready,
        isComplete
            ? Verdict.yes("InstancesReady", serving)
            : Verdict.no("InstancesNotReady", serving));
    // What an eviction leaves behind has ended and moves nothing.
    long alive = pods().stream().filter(pod -> pod.life() instanceof PodFacts.Life.Running).count();
    boolean isMoving = !isComplete || alive != wanted;
    String moving = "%d pods for %d instances".formatted(alive, wanted);
    conditions.set(
        ConditionType.Progressing,
        isMoving ? Verdict.yes("InstancesChanging", moving) : Verdict.no("Stable", moving));
  }

  private List<PodFacts> pods() {
    return share.map(PoolShare::pods).orElse(List.of());
  }

  /** As a Deployment counts: without those that are on their way out. */
  private int present() {
    return (int)
        pods().stream()
            .filter(pod -> !pod.deleting() && pod.life() instanceof PodFacts.Life.Running)
            .count();
  }

  private int ready() {
    return (int) pods().stream().filter(pod -> pod.ready() && !pod.deleting()).count();
  }

  /** The whole status, as one fresh object. */
  ConnectionPoolStatus status(Conditions conditions) {
    return new ConnectionPoolStatus(
        pool.getMetadata().getGeneration(),
        present(),
        ready(),
        ready() + "/" + pool.getSpec().replicas(),
        Names.of(pool).selector(),
        conditions.list(),
        share.map(PoolShare::facts).orElse(null),
        share.map(PoolShare::budget).orElse(null),
        share.map(PoolShare::granted).orElse(null),
        share.map(PoolShare::held).orElse(null),
        share.map(PoolShare::waiting).orElse(null),
        share.map(PoolShare::round).orElse(null),
        share.map(PoolShare::lines).orElse(List.of()),
        advice.statuses());
  }
}
