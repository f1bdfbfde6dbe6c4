package dev.penstock.operator.pool;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.Peer;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Claim;
import dev.penstock.operator.budget.Decision;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.budget.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One round of the law over a pool's instances: takes in what they report, frees what is gone,
 * decides, and goes as far as the ledger lets it. Pure.
 *
 * @param ledger to be written before anything is told
 * @param admission whether every instance has its floor; satisfied where nothing could be decided
 */
record GrantRound(Ledger ledger, Decision.Admission admission) {

  /**
   * Decides.
   *
   * @param before the written ledger
   * @param budget of the pool; empty while it is unknown: then nothing is decided
   * @param mayEven whether shares may move though no one waits for them
   */
  static GrantRound of(Ledger before, Roster roster, Optional<Budget> budget, boolean mayEven) {
    Ledger ledger = takeIn(before, roster);
    if (budget.isEmpty()) {
      return new GrantRound(ledger, new Decision.Admission.Satisfied());
    }
    if (!roster.unheard().isEmpty()) {
      for (Member member : roster.unheard()) {
        ledger = ledger.suppose(member.id(), budget.get().connections());
      }
      return new GrantRound(ledger, new Decision.Admission.Satisfied());
    }
    return decided(ledger, roster, budget.get(), mayEven);
  }

  private static GrantRound decided(Ledger ledger, Roster roster, Budget budget, boolean mayEven) {
    List<Claim> claims = roster.members().stream().map(member -> member.claim(ledger)).toList();
    Decision decision = Decision.decide(budget, List.of(Share.whole("", claims)), mayEven);
    Map<String, Integer> targets = new LinkedHashMap<>(decision.grants());
    claims.stream()
        .filter(claim -> claim.state() == Claim.State.SILENT)
        .forEach(claim -> targets.remove(claim.id()));
    return new GrantRound(ledger.plan(budget, targets), decision.admission(""));
  }

  /**
   * The round of a pool that is being deleted: those that leave are lowered as they drain, the
   * others keep what they have until they are told to leave, and no one is raised.
   */
  static GrantRound leaving(Ledger before, Roster roster) {
    Ledger ledger = takeIn(before, roster);
    Map<String, Integer> targets = new LinkedHashMap<>();
    for (Member member : roster.members()) {
      Claim claim = member.claim(ledger);
      if (claim.state() == Claim.State.DRAINING) {
        targets.put(claim.id(), Math.min(claim.granted(), claim.demand()));
      }
    }
    return new GrantRound(ledger.plan(new Budget(0), targets), new Decision.Admission.Satisfied());
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
   * What every instance that can be reached is to be told now; the same again where it was told
   * before. Only after the ledger is written.
   *
   * @param addresses host and port of the pods, by UID
   */
  Map<String, GrantRequest> messages(Roster roster, Map<String, String> addresses) {
    List<Peer> fleet = new ArrayList<>();
    for (Member member : roster.members()) {
      String address = addresses.get(member.uid());
      if (member.mayServe() && address != null && !roster.unheard().contains(member)) {
        fleet.add(new Peer(member.incarnation(), address));
      }
    }
    fleet.sort(Comparator.comparing(Peer::id));
    Map<String, Member> byId =
        roster.members().stream().collect(Collectors.toMap(Member::id, Function.identity()));
    Map<String, GrantRequest> messages = new LinkedHashMap<>();
    ledger
        .entries()
        .forEach(
            (id, entry) -> {
              Member member = byId.get(id);
              if (member != null && member.canHear() && entry.round() > 0) {
                List<Peer> peers =
                    fleet.stream().filter(peer -> !peer.id().equals(member.incarnation())).toList();
                messages.put(
                    member.uid(),
                    new GrantRequest(entry.round(), entry.grant(), peers, member.incarnation()));
              }
            });
    return messages;
  }
}
