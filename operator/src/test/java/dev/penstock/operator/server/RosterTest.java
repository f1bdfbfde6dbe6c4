package dev.penstock.operator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.penstock.contract.Incarnation;
import dev.penstock.contract.InstanceReport;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RosterTest {

  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Duration QUARANTINE = Duration.ofMinutes(5);
  private static final Duration GRACE = Duration.ofMinutes(1);
  private static final FleetId POOL = new FleetId("shop", "orders");
  private static final ServerId SERVER = new ServerId("shop", "orders");
  private static final Tenant TENANT =
      new Tenant(POOL, NOW, 0, Integer.MAX_VALUE, 1, GRACE, Tenant.Standing.SHARING);
  private static final PodFacts.Life RUNNING = new PodFacts.Life.Running(NOW.minusSeconds(60));
  private static final String A = Incarnation.of(NOW.minusSeconds(60), "a").id();
  private static final String UNHEARD = "u/" + Incarnation.of(NOW.minusSeconds(60), "unheard").id();
  private static final String B = Incarnation.of(NOW.minusSeconds(5), "b").id();

  /** How the first process ended, before the second began. */
  private static PodFacts ended(boolean clean) {
    return pod(new PodFacts.Life.Ended(clean, NOW.minusSeconds(10)));
  }

  private static LedgerEntry entry(String instance, InstanceState state, Instant since) {
    return new LedgerEntry(
        instance, "pod", "10.0.0.1", 8, 8, 1, 0, 0, 0, state, since.toString(), POOL.toString());
  }

  private static PodFacts pod(PodFacts.Life life) {
    return new PodFacts(POOL, "u", "pod", "10.0.0.1", 7433, NOW, false, true, true, life);
  }

  private static Sighting sighting(String incarnation, boolean draining, boolean silent) {
    return new Sighting(
        "u",
        new InstanceReport(incarnation, 1, 1, 8, 3, 3, 0, 0, 0, 3, draining),
        3,
        silent,
        incarnation.equals(A) ? Set.of() : Set.of(A));
  }

  private static Roster roster(
      @Nullable LedgerEntry entry,
      @Nullable PodFacts pod,
      @Nullable PodFacts departed,
      @Nullable Sighting sighting,
      boolean nothingLeft) {
    return Roster.of(
        new Roster.Scene(
            SERVER,
            entry == null ? List.of() : List.of(entry),
            pod == null ? Map.of() : Map.of("u", pod),
            _ -> Optional.ofNullable(departed),
            sighting == null ? List.of() : List.of(sighting),
            (_, _) -> nothingLeft,
            NOW,
            QUARANTINE,
            _ -> GRACE));
  }

  private static LedgerEntry live() {
    return entry("u/" + A, InstanceState.Live, NOW.minusSeconds(60));
  }

  @Test
  void whoAnswersServesAndWhoDrainsLeaves() {
    assertThat(roster(live(), pod(RUNNING), null, sighting(A, false, false), true).members())
        .extracting(Member::standing)
        .containsExactly(Member.Standing.SERVING);
    assertThat(roster(live(), pod(RUNNING), null, sighting(A, true, false), true).members())
        .extracting(Member::standing)
        .containsExactly(Member.Standing.DRAINING);
  }

  @Test
  void whoRunsAndDoesNotAnswerStandsStillWhateverTheServerShows() {
    Roster silent = roster(live(), pod(RUNNING), null, sighting(A, false, true), true);
    Roster unheard = roster(live(), pod(RUNNING), null, null, true);
    assertThat(List.of(silent, unheard))
        .allSatisfy(
            roster -> {
              assertThat(roster.gone()).isEmpty();
              assertThat(roster.members())
                  .extracting(Member::standing)
                  .containsExactly(Member.Standing.SILENT);
            });
  }

  @Test
  void aCleanEndNeedsNoOtherProof() {
    PodFacts ended = ended(true);
    assertThat(roster(live(), ended, null, null, false).gone()).containsExactly("u/" + A);
    assertThat(roster(live(), null, ended, null, false).gone()).containsExactly("u/" + A);
  }

  @Test
  void anUncleanEndIsQuarantinedUntilTheServerShowsNothing() {
    PodFacts killed = ended(false);
    Roster waiting = roster(live(), killed, null, null, false);
    assertThat(waiting.gone()).isEmpty();
    assertThat(waiting.members()).extracting(Member::since).containsExactly(NOW);
    Roster confirmed = roster(live(), killed, null, null, true);
    assertThat(confirmed.gone()).containsExactly("u/" + A);
    assertThat(confirmed.abandoned()).isEmpty();
  }

  @Test
  void aPodThatVanishedIsGivenUpAfterTheQuarantine() {
    LedgerEntry fresh = entry("u/" + A, InstanceState.Quarantined, NOW.minusSeconds(299));
    assertThat(roster(fresh, null, null, null, false).gone()).isEmpty();
    LedgerEntry old = entry("u/" + A, InstanceState.Quarantined, NOW.minusSeconds(300));
    assertThat(roster(old, null, null, null, false).abandoned()).containsExactly("u/" + A);
  }

  @Test
  void aRestartedProcessWaitsForItsPredecessorsEnd() {
    Roster first = roster(live(), pod(RUNNING), null, sighting(B, false, false), false);
    assertThat(first.members())
        .extracting(Member::id, Member::standing)
        .containsExactly(tuple("u/" + A, Member.Standing.QUARANTINED));
    LedgerEntry patient = entry("u/" + A, InstanceState.Quarantined, NOW.minusSeconds(20));
    assertThat(roster(patient, pod(RUNNING), null, sighting(B, false, false), false).members())
        .extracting(Member::id)
        .containsExactly("u/" + A, "u/" + B);
    assertThat(roster(live(), pod(RUNNING), null, sighting(B, false, false), true).members())
        .extracting(Member::id)
        .containsExactly("u/" + B);
  }

  @Test
  void whoWasHeardBeforeAnotherWasKnownMayBeTheOneThatHasEnded() {
    Sighting stale =
        new Sighting(
            "u", new InstanceReport(B, 1, 1, 8, 3, 3, 0, 0, 0, 3, false), 3, false, Set.of());
    assertThat(roster(live(), pod(RUNNING), null, stale, true).gone()).isEmpty();
  }

  @Test
  void theEndOfAnEarlierProcessProvesNothingOfALaterOne() {
    LedgerEntry later = entry("u/" + B, InstanceState.Live, NOW.minusSeconds(1));
    for (PodFacts ended : List.of(ended(true), ended(false))) {
      Roster restarted = roster(later, ended, null, null, true);
      assertThat(restarted.gone()).isEmpty();
      assertThat(restarted.members())
          .extracting(Member::standing)
          .as("its kubelet may be late or cut off")
          .containsExactly(Member.Standing.SILENT);
      Roster removed = roster(later, null, ended, null, true);
      assertThat(removed.gone()).isEmpty();
      assertThat(removed.members())
          .extracting(Member::standing)
          .containsExactly(Member.Standing.QUARANTINED);
    }
  }

  @Test
  void aPodThatVanishedMayRunOnForItsGracePeriodAndALittleWhateverTheServerShows() {
    LedgerEntry idle = entry("u/" + A, InstanceState.Quarantined, NOW.minusSeconds(69));
    assertThat(roster(idle, null, null, null, true).gone()).isEmpty();
    LedgerEntry over = entry("u/" + A, InstanceState.Quarantined, NOW.minusSeconds(70));
    assertThat(roster(over, null, null, null, true).gone()).containsExactly("u/" + A);
    assertThat(roster(over, null, null, null, true).abandoned()).isEmpty();
  }

  @Test
  void whoHasServedAndIsInNoLedgerIsUnheardUntilItTells() {
    Roster lost = roster(null, pod(RUNNING), null, null, true);
    assertThat(lost.unheard()).extracting(Member::id).containsExactly(UNHEARD);
    GrantRound round =
        GrantRound.of(Ledger.EMPTY, lost, List.of(TENANT), Optional.of(new Budget(82)), true);
    assertThat(round.ledger().committed()).isEqualTo(82);
    LedgerEntry supposed = entry(UNHEARD, InstanceState.Lowering, NOW);
    assertThat(roster(supposed, pod(RUNNING), null, null, true).unheard()).hasSize(1);
    Roster told = roster(supposed, pod(RUNNING), null, sighting(A, false, false), true);
    assertThat(told.gone()).containsExactly(UNHEARD);
    assertThat(told.unheard()).isEmpty();
    assertThat(told.members()).extracting(Member::id).containsExactly("u/" + A);
  }

  @Test
  void whoHasNotServedYetIsNotWaitedFor() {
    PodFacts starting =
        new PodFacts(POOL, "u", "pod", "10.0.0.1", 7433, NOW, false, false, false, RUNNING);
    assertThat(roster(null, starting, null, null, false).members()).isEmpty();
  }

  @Test
  void whileOneIsUnheardNothingIsRaisedForTheOthers() {
    Roster roster =
        Roster.of(
            new Roster.Scene(
                SERVER,
                List.of(),
                Map.of(
                    "u",
                    pod(RUNNING),
                    "v",
                    new PodFacts(
                        POOL, "v", "other", "10.0.0.2", 7433, NOW, false, true, true, RUNNING)),
                _ -> Optional.empty(),
                List.of(sighting(A, false, false)),
                (_, _) -> false,
                NOW,
                QUARANTINE,
                _ -> GRACE));
    GrantRound round =
        GrantRound.of(Ledger.EMPTY, roster, List.of(TENANT), Optional.of(new Budget(82)), true);
    assertThat(round.ledger().grantOf("u/" + A)).isEqualTo(8);
    assertThat(round.ledger().entries().keySet())
        .containsExactly("u/" + A, "v/" + Incarnation.of(NOW.minusSeconds(60), "unheard").id());
  }
}
