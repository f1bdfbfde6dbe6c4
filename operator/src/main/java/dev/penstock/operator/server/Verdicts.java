package dev.penstock.operator.server;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.budget.Decision;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.probe.ServerFacts;
import dev.penstock.operator.status.ConditionStatus;
import dev.penstock.operator.status.Verdict;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a look at a server amounts to, in words: of the server, and of each pool. Pure.
 *
 * @param sight what was seen
 */
record Verdicts(ServerAssessment.Sight sight) {

  private static final Verdict SATISFIED =
      Verdict.yes("Satisfied", "the floors of all instances and the minima of all pools fit");

  Verdict secrets() {
    List<String> problems = sight.scene().problems();
    return problems.isEmpty()
        ? Verdict.yes("Resolved", "all Secrets that the server names are there and usable")
        : Verdict.no("SecretMissing", String.join("; ", problems));
  }

  Verdict reachable() {
    String address = address(sight.server());
    if (sight.scene().probe().isEmpty()) {
      return Verdict.unknown(
          "SecretMissing",
          address + " cannot be asked before the Secrets for it are there (see SecretsResolved)");
    }
    if (sight.view().failure() != null) {
      return Verdict.no(sight.view().failure().reason().name(), sight.view().failure().message());
    }
    ServerFacts facts = sight.view().facts();
    if (facts == null) {
      return Verdict.unknown("Asking", address + " is being asked");
    }
    return Verdict.yes(
        "Answered",
        "%s allows %d connections and reserves %d"
            .formatted(address, facts.maxConnections(), facts.reservedTogether()));
  }

  Verdict conflict() {
    return sight
        .scene()
        .conflict()
        .map(older -> Verdict.yes("SameServer", sameServer(older)))
        .orElseGet(() -> Verdict.no("OnlyOne", "nothing older describes the same server"));
  }

  private String sameServer(DatabaseServer older) {
    String there = older.getMetadata().getNamespace() + "/" + older.getMetadata().getName();
    return "spec.server names %s, which the older DatabaseServer %s (of the pool of that name, if"
            .formatted(SameServer.address(sight.server()), there)
        + " there is one) describes too: each would spend the whole budget, so nothing is granted"
        + " here. Let pools share one DatabaseServer: name it in spec.serverRef of each, or delete"
        + " one of the two";
  }

  /** Whether the bounds of all instances are within the budget, as far as it is known. */
  Verdict withinBudget() {
    if (sight.scene().conflict().isPresent()) {
      return Verdict.no("Conflict", "nothing of this server is granted here (see Conflict)");
    }
    if (sight.toShare().isEmpty()) {
      boolean isUnknown = sight.budget().server() == null;
      return new Verdict(
          isUnknown ? ConditionStatus.Unknown : ConditionStatus.False,
          isUnknown ? "ServerUnknown" : "InvalidHeadroom",
          sight.budget().problem());
    }
    if (!sight.roster().unheard().isEmpty()) {
      String pods =
          sight.roster().unheard().stream().map(Member::pod).collect(Collectors.joining(", "));
      return Verdict.no(
          "InstanceUnheard",
          "what was granted to "
              + pods
              + " is in no ledger (the status was emptied or replaced) and cannot be asked: nothing"
              + " is raised until it answers or has ended. Delete the pod if it stays so");
    }
    int budget = sight.toShare().get().connections();
    if (sight.round().ledger().committed() > budget) {
      return Verdict.no(
          "OverBudget",
          "the budget has shrunk to %d and instances may still hold more: it is reached as their"
                  .formatted(budget)
              + " transactions end; nothing is raised until then");
    }
    return Verdict.yes("WithinBudget", "the instances share " + budget + " connections");
  }

  Verdict satisfiable() {
    Map<FleetId, Decision.Admission> admitted = sight.round().admitted();
    List<String> unmet =
        admitted.entrySet().stream()
            .filter(pool -> !(pool.getValue() instanceof Decision.Admission.Satisfied))
            .filter(pool -> sight.isSharing(pool.getKey()))
            .map(pool -> pool.getKey() + ": " + unmet(pool.getValue()))
            .sorted()
            .toList();
    if (!unmet.isEmpty()) {
      return Verdict.no("Unsatisfiable", String.join("; ", unmet));
    }
    return sight.toShare().isEmpty()
        ? Verdict.unknown("ServerUnknown", sight.budget().problem())
        : SATISFIED;
  }

  private static String unmet(Decision.Admission admission) {
    return switch (admission) {
      case Decision.Admission.Satisfied() -> SATISFIED.message();
      case Decision.Admission.Unsatisfiable(int needed, int available) ->
          "%d instances need at least one connection each and only %d are to be had: lower"
                  .formatted(needed, available)
              + " spec.replicas, raise spec.share.max, lower spec.server.headroom, or raise"
              + " max_connections of the server; the younger instances stay not Ready";
      case Decision.Admission.MinimumUnmet(int min, int available) ->
          "spec.share.min is %d and only %d can be set aside: lower spec.share.min of this pool or"
                  .formatted(min, available)
              + " of another, or raise max_connections of the server";
    };
  }

  /** Whether the instances of a pool have what they must have. */
  Verdict budgeted(Tenant tenant) {
    if (tenant.standing() == Tenant.Standing.REFUSED) {
      return Verdict.no(
          "NotAllowed",
          "DatabaseServer %s does not allow pools of namespace %s: add it to spec.allowedNamespaces"
                  .formatted(ServerId.of(sight.server()), tenant.id().namespace())
              + " of the DatabaseServer, or move the pool");
    }
    Verdict server = withinBudget();
    if (server.status() != ConditionStatus.True && !server.reason().equals("OverBudget")) {
      return server;
    }
    Decision.Admission admission = sight.round().admitted().get(tenant.id());
    if (admission != null && !(admission instanceof Decision.Admission.Satisfied)) {
      return Verdict.no("Unsatisfiable", unmet(admission));
    }
    if (server.status() != ConditionStatus.True || sight.scene().tenants().size() < 2) {
      return server;
    }
    return Verdict.yes(
        "WithinBudget",
        "%d pools share %d connections of DatabaseServer %s; its status says who has how many, and"
                .formatted(
                    sight.scene().tenants().size(),
                    sight.toShare().map(budget -> budget.connections()).orElse(0),
                    ServerId.of(sight.server()))
            + " why");
  }

  /** What a person wants to know first. */
  Verdict ready() {
    if (sight.scene().conflict().isPresent()) {
      return Verdict.no("Conflict", "another resource describes the same server (see Conflict)");
    }
    Verdict reachable = reachable();
    if (reachable.status() != ConditionStatus.True) {
      return new Verdict(ConditionStatus.False, reachable.reason(), reachable.message());
    }
    Verdict within = withinBudget();
    if (within.status() != ConditionStatus.True) {
      return new Verdict(ConditionStatus.False, within.reason(), within.message());
    }
    return Verdict.yes("Sharing", within.message());
  }

  private static String address(DatabaseServer server) {
    return server.getSpec().server().host() + ":" + server.getSpec().server().port();
  }
}
