package dev.penstock.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.contract.InstanceReport;
import dev.penstock.contract.Peer;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.server.Member.Standing;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantRoundTest {

  private static final FleetId POOL = new FleetId("shop", "orders");

  private static Member member(String id, Standing standing) {
    boolean heard = standing == Standing.SERVING || standing == Standing.DRAINING;
    InstanceReport report =
        heard
            ? new InstanceReport(
                id.substring(id.indexOf('/') + 1), 1, 1, 1, 0, 0, 0, 0, 0, 0, false)
            : null;
    return new Member(id, POOL, "pod-" + id, null, Instant.EPOCH, standing, null, report, 0);
  }

  private static List<Peer> peers(List<GrantRound.Message> messages, String uid) {
    return messages.stream()
        .filter(message -> message.uid().equals(uid))
        .findFirst()
        .orElseThrow()
        .grant()
        .peers();
  }

  @Test
  void everyInstanceThatMayHaveSessionsIsAPeerOfThoseThatAreTold() {
    List<Member> members =
        List.of(
            member("u1/serving", Standing.SERVING),
            member("u2/draining", Standing.DRAINING),
            member("u3/silent", Standing.SILENT),
            member("u4/ended", Standing.QUARANTINED),
            member("u5/nowhere", Standing.SERVING),
            member("u6/unheard", Standing.SILENT));
    Map<String, Integer> targets = new LinkedHashMap<>();
    members.forEach(member -> targets.put(member.id(), 1));
    GrantRound round = new GrantRound(Ledger.EMPTY.plan(new Budget(9), targets), Map.of());

    List<GrantRound.Message> messages =
        round.messages(
            new Roster(members, Set.of(), Set.of()),
            Map.of("u1", "a:1", "u2", "a:2", "u3", "a:3", "u4", "a:4", "u6", "a:6"));

    Peer serving = new Peer("serving", "a:1");
    Peer draining = new Peer("draining", "a:2");
    Peer silent = new Peer("silent", "a:3");
    assertThat(messages)
        .extracting(GrantRound.Message::uid)
        .containsExactlyInAnyOrder("u1", "u2", "u5");
    assertThat(peers(messages, "u1")).containsExactly(draining, silent);
    assertThat(peers(messages, "u2")).containsExactly(serving, silent);
    assertThat(peers(messages, "u5")).containsExactly(draining, serving, silent);
  }
}
