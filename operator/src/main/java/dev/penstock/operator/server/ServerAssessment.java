package dev.penstock.operator.server;

import dev.penstock.contract.InstanceReport;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.crds.PoolShareStatus;
import dev.penstock.crds.ShareReason;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Decision;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.probe.ServerView;
import dev.penstock.operator.status.ConditionType;
import dev.penstock.operator.status.Conditions;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a look at a server has found, told as a status of it and as the share of each pool. Pure.
 *
 * @param sight what was seen
 * @param conditions that follow, with the changes against those before
 * @param status as it is to be
 * @param poolShares what each pool has, for its own status
 */
record ServerAssessment(
    Sight sight,
    Conditions conditions,
    DatabaseServerStatus status,
    Map<FleetId, PoolShare> poolShares) {

  /**
   * What was seen.
   *
   * @param server as it is
   * @param scene what was known of it beforehand
   * @param view what it says of itself
   * @param budget what may be used of it
   * @param toShare what its pools may have together; empty while it is unknown
   * @param pods of all its pools, by UID
   * @param roster its instances
   * @param round what was decided
   * @param known the status, with what had been taken out of its ledger
   * @param now the time
   */
  record Sight(
      DatabaseServer server,
      GrantKeeper.Scene scene,
      ServerView view,
      ServerBudget budget,
      Optional<Budget> toShare,
      Map<String, PodFacts> pods,
      Roster roster,
      GrantRound round,
      DatabaseServerStatus known,
      Instant now) {

    boolean isSharing(FleetId pool) {
      return scene.tenants().stream()
          .anyMatch(
              tenant -> tenant.id().equals(pool) && tenant.standing() == Tenant.Standing.SHARING);
    }
  }

  static ServerAssessment of(Sight sight) {
    Verdicts verdicts = new Verdicts(sight);
    Conditions conditions =
        new Conditions(
            statusOf(sight.server()).conditions(),
            sight.server().getMetadata().getGeneration(),
            sight.now());
    conditions.set(ConditionType.SecretsResolved, verdicts.secrets());
    conditions.set(ConditionType.Reachable, verdicts.reachable());
    conditions.set(ConditionType.Conflict, verdicts.conflict());
    conditions.set(ConditionType.WithinBudget, verdicts.withinBudget());
    conditions.set(ConditionType.Satisfiable, verdicts.satisfiable());
    conditions.set(ConditionType.Ready, verdicts.ready());
    Map<FleetId, List<Member>> members =
        sight.roster().members().stream().collect(Collectors.groupingBy(Member::pool));
    DatabaseServerStatus status = status(sight, conditions, members);
    return new ServerAssessment(
        sight, conditions, status, poolShares(sight, verdicts, status, members));
  }

  private static DatabaseServerStatus statusOf(DatabaseServer server) {
    return Optional.ofNullable(server.getStatus()).orElse(DatabaseServerStatus.EMPTY);
  }

  private static DatabaseServerStatus status(
      Sight sight, Conditions conditions, Map<FleetId, List<Member>> members) {
    Ledger ledger = sight.round().ledger();
    return new DatabaseServerStatus(
        sight.server().getMetadata().getGeneration(),
        conditions.list(),
        sight.budget().server(),
        sight.toShare().map(Budget::connections).orElse(null),
        sight.scene().direct() == 0 ? null : sight.scene().direct(),
        Math.toIntExact(ledger.granted()),
        Math.toIntExact(ledger.committed()),
        reports(sight.roster().members()).mapToInt(InstanceReport::held).sum(),
        reports(sight.roster().members()).mapToInt(InstanceReport::waiting).sum(),
        ledger.round(),
        shares(sight, members),
        LedgerLines.write(ledger, sight.roster(), sight.known().ledger(), sight.now()));
  }

  private static Stream<InstanceReport> reports(List<Member> members) {
    return members.stream().map(Member::report).filter(Objects::nonNull);
  }

  private static List<PoolShareStatus> shares(Sight sight, Map<FleetId, List<Member>> byPool) {
    Ledger ledger = sight.round().ledger();
    return sight.scene().tenants().stream()
        .sorted(Comparator.comparing(tenant -> tenant.id().toString()))
        .map(
            tenant -> {
              List<Member> members = byPool.getOrDefault(tenant.id(), List.of());
              int granted = members.stream().mapToInt(one -> ledger.grantOf(one.id())).sum();
              return new PoolShareStatus(
                  tenant.id().toString(),
                  members.size(),
                  tenant.min() == 0 ? null : tenant.min(),
                  tenant.max() == Integer.MAX_VALUE ? null : tenant.max(),
                  tenant.weight(),
                  granted,
                  members.stream().mapToInt(one -> bound(ledger, one)).sum(),
                  reports(members).mapToInt(InstanceReport::held).sum(),
                  reports(members).mapToInt(InstanceReport::waiting).sum(),
                  reason(sight, tenant, members, granted));
            })
        .toList();
  }

  private static int bound(Ledger ledger, Member member) {
    Ledger.Entry entry = ledger.entries().get(member.id());
    return entry == null ? 0 : entry.bound();
  }

  private static ShareReason reason(Sight sight, Tenant tenant, List<Member> members, int granted) {
    if (tenant.standing() == Tenant.Standing.REFUSED) {
      return ShareReason.NotAllowed;
    }
    if (sight.scene().conflict().isPresent()) {
      return ShareReason.Conflict;
    }
    if (members.isEmpty()) {
      return ShareReason.NoInstances;
    }
    if (sight.round().admitted().get(tenant.id()) instanceof Decision.Admission.Unsatisfiable) {
      return ShareReason.Unsatisfiable;
    }
    int demand = members.stream().mapToInt(Member::demand).sum();
    if (demand <= granted) {
      return ShareReason.DemandMet;
    }
    return granted >= tenant.max() ? ShareReason.AtMaximum : ShareReason.BudgetShared;
  }

  DatabaseServerStatus before() {
    return statusOf(sight.server());
  }

  Instant now() {
    return sight.now();
  }

  Map<String, PodFacts> pods() {
    return sight.pods();
  }

  Roster roster() {
    return sight.roster();
  }

  GrantRound round() {
    return sight.round();
  }

  private static Map<FleetId, PoolShare> poolShares(
      Sight sight,
      Verdicts verdicts,
      DatabaseServerStatus status,
      Map<FleetId, List<Member>> members) {
    Map<FleetId, List<PodFacts>> pods =
        sight.pods().values().stream().collect(Collectors.groupingBy(PodFacts::pool));
    Map<String, List<LedgerEntry>> lines =
        status.ledger().stream()
            .filter(line -> line.pool() != null)
            .collect(
                Collectors.groupingBy(
                    line -> Objects.requireNonNull(line.pool()),
                    Collectors.mapping(ServerAssessment::withoutPool, Collectors.toList())));
    Map<FleetId, PoolShare> shares = new LinkedHashMap<>();
    for (Tenant tenant : sight.scene().tenants()) {
      Integer budget =
          sight.toShare().map(all -> Math.min(all.connections(), tenant.max())).orElse(null);
      shares.put(
          tenant.id(),
          new PoolShare(
              verdicts.reachable(),
              verdicts.conflict(),
              verdicts.budgeted(tenant),
              sight.budget().server(),
              budget,
              sight.round().ledger().round(),
              lines.getOrDefault(tenant.id().toString(), List.of()),
              pods.getOrDefault(tenant.id(), List.of()),
              reports(members.getOrDefault(tenant.id(), List.of()))
                  .mapToInt(InstanceReport::waiting)
                  .sum()));
    }
    return shares;
  }

  private static LedgerEntry withoutPool(LedgerEntry line) {
    return new LedgerEntry(
        line.instance(),
        line.pod(),
        line.address(),
        line.bound(),
        line.granted(),
        line.round(),
        line.held(),
        line.waiting(),
        line.active(),
        line.state(),
        line.since(),
        null);
  }
}
