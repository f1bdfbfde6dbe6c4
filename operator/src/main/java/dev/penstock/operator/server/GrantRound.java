package dev.penstock.operator.server;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.Peer;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Claim;
import dev.penstock.operator.budget.Decision;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.budget.Share;
import dev.penstock.operator.fleet.FleetId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One round of the law over all instances of a server: takes in what they report, frees what is
 * gone, decides, and goes as far as the ledger lets it. Pure.
 *
 * @param ledger to be written before anything is told
 * @param admitted by pool, whether all that it must have fits; empty where nothing could be decided
 */
record GrantRound(Ledger ledger, Map<FleetId, Decision.Admission> admitted) {

  /**
   * Decides.
   *
   * @param before the written ledger
   * @param tenants the pools that share the server
   * @param budget of all together; empty while it is unknown: then nothing is decided
   * @param mayEven whether shares may move though no one waits for them
   */
  static GrantRound of(
      Ledger before,
      Roster roster,
      Collection<Tenant> tenants,
      Optional<Budget> budget,
      boolean mayEven) {
    Ledger ledger = takeIn(before, roster);
    if (budget.isEmpty()) {
      return new GrantRound(ledger, Map.of());
    }
    if (!roster.unheard().isEmpty()) {
      for (Member member : roster.unheard()) {
        ledger = ledger.suppose(member.id(), budget.get().connections());
      }
      return new GrantRound(ledger, Map.of());
    }
    return decided(ledger, roster, tenants, budget.get(), mayEven);
  }

  private static GrantRound decided(
      Ledger ledger, Roster roster, Collection<Tenant> tenants, Budget budget, boolean mayEven) {
    Map<FleetId, Tenant> byId = new LinkedHashMap<>();
    tenants.forEach(tenant -> byId.put(tenant.id(), tenant));
    Map<FleetId, List<Claim>> claims = new LinkedHashMap<>();
    for (Member member : roster.members()) {
      Tenant tenant = byId.computeIfAbsent(member.pool(), Tenant::departed);
      boolean isLeaving = tenant.standing() == Tenant.Standing.LEAVING;
      claims
          .computeIfAbsent(tenant.id(), _ -> new ArrayList<>())
          .add(member.claim(ledger, isLeaving));
    }
    List<Share> shares = byId.values().stream().map(tenant -> share(tenant, claims)).toList();
    Decision decision = Decision.decide(budget, shares, mayEven);
    Map<String, Integer> targets = new LinkedHashMap<>(decision.grants());
    claims.values().stream()
        .flatMap(List::stream)
        .filter(claim -> claim.state() == Claim.State.SILENT)
        .forEach(claim -> targets.remove(claim.id()));
    Map<FleetId, Decision.Admission> admitted = new LinkedHashMap<>();
    decision.admitted().forEach((pool, admission) -> admitted.put(FleetId.parse(pool), admission));
    return new GrantRound(ledger.plan(budget, targets), Map.copyOf(admitted));
  }

  private static Share share(Tenant tenant, Map<FleetId, List<Claim>> claims) {
    boolean isSharing = tenant.standing() == Tenant.Standing.SHARING;
    return new Share(
        tenant.id().toString(),
        tenant.createdAt().getEpochSecond(),
        isSharing ? tenant.min() : 0,
        tenant.standing() == Tenant.Standing.REFUSED ? 0 : tenant.max(),
        tenant.weight(),
        List.copyOf(claims.getOrDefault(tenant.id(), List.of())));
  }

  private static Ledger takeIn(Ledger before, Roster roster) {
    List<Ledger.Heard> heard =
        roster.members().stream()
            .filter(Member::canHear)
            .flatMap(
                member ->
                    Optional.ofNullable(member.report())
                        .map(report -> Member.heard(member.id(), report))
                        .stream())
            .toList();
    Ledger ledger = before.hear(heard);
    for (String gone : roster.gone()) {
      ledger = ledger.forget(gone);
    }
    return ledger;
  }

  /**
   * What an instance is to be told.
   *
   * @param pool it belongs to
   * @param uid of its pod
   */
  record Message(FleetId pool, String uid, GrantRequest grant) {}

  /**
   * What every instance that can be reached is to be told now; the same again where it was told
   * before. Only after the ledger is written.
   *
   * @param addresses host and port of the pods, by UID
   */
  List<Message> messages(Roster roster, Map<String, String> addresses) {
    Set<Member> unheard = Set.copyOf(roster.unheard());
    Map<FleetId, List<Peer>> fleets = new LinkedHashMap<>();
    for (Member member : roster.members()) {
      String address = addresses.get(member.uid());
      if (member.mayServe() && address != null && !unheard.contains(member)) {
        fleets
            .computeIfAbsent(member.pool(), _ -> new ArrayList<>())
            .add(new Peer(member.incarnation(), address));
      }
    }
    fleets.values().forEach(fleet -> fleet.sort(Comparator.comparing(Peer::id)));
    Map<String, Member> byId =
        roster.members().stream().collect(Collectors.toMap(Member::id, Function.identity()));
    List<Message> messages = new ArrayList<>();
    ledger
        .entries()
        .forEach(
            (id, entry) -> {
              Member member = byId.get(id);
              if (member != null && member.canHear() && entry.round() > 0) {
                List<Peer> peers =
                    fleets.getOrDefault(member.pool(), List.of()).stream()
                        .filter(peer -> !peer.id().equals(member.incarnation()))
                        .toList();
                messages.add(
                    new Message(
                        member.pool(),
                        member.uid(),
                        new GrantRequest(
                            entry.round(), entry.grant(), peers, member.incarnation())));
              }
            });
    return List.copyOf(messages);
  }
}
