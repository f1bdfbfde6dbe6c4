package dev.penstock.operator.pool;

import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.fleet.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who is there: the instances that answer, and those of the ledger that do not. Pure.
 *
 * @param members all that hold connections, or may
 * @param gone entries of the ledger whose instances are confirmed to hold nothing for ever
 * @param abandoned those among them that were never confirmed, only waited for long enough
 */
record Roster(List<Member> members, Set<String> gone, Set<String> abandoned) {

  /** Whether the server is known to have no connection left from an address. */
  @FunctionalInterface
  interface Confirmation {
    boolean nothingLeftFrom(String address, Instant since);
  }

  /**
   * What is looked at.
   *
   * @param entries the ledger's lines
   * @param pods that exist, by UID
   * @param departed the last seen of a pod that exists no longer, by UID
   * @param sightings the processes that have been heard
   * @param confirmation asks the server
   * @param now the time
   * @param quarantine how long an end that cannot be confirmed is waited for
   */
  record Scene(
      List<LedgerEntry> entries,
      Map<String, PodFacts> pods,
      Function<String, Optional<PodFacts>> departed,
      Collection<Sighting> sightings,
      Confirmation confirmation,
      Instant now,
      Duration quarantine) {}

  /** Until its predecessor's end is confirmed a restarted process gets nothing, for this long. */
  private static final Duration RESTART_PATIENCE = Duration.ofSeconds(15);

  static Roster of(Scene scene) {
    Map<String, Sighting> answering = new LinkedHashMap<>();
    scene.sightings().forEach(sighting -> answering.put(sighting.instance(), sighting));
    List<Member> members = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    Set<String> abandoned = new HashSet<>();
    Set<String> notYet = new HashSet<>();
    for (LedgerEntry entry : scene.entries()) {
      String uid = entry.instance().substring(0, entry.instance().indexOf('/'));
      Sighting sighting = answering.get(entry.instance());
      PodFacts pod = scene.pods().get(uid);
      if (pod != null && pod.life() instanceof PodFacts.Life.Running) {
        boolean replaced =
            sighting == null
                && scene.sightings().stream().anyMatch(other -> other.uid().equals(uid));
        if (!replaced) {
          members.add(running(entry, pod, sighting));
          continue;
        }
      }
      boolean replacedInPod = pod != null && pod.life() instanceof PodFacts.Life.Running;
      if (!replacedInPod && endedCleanly(scene, uid, sighting, pod)) {
        gone.add(entry.instance());
        continue;
      }
      Instant since = since(entry, scene.now());
      if (entry.address() != null && scene.confirmation().nothingLeftFrom(entry.address(), since)) {
        gone.add(entry.instance());
      } else if (!scene.now().isBefore(since.plus(scene.quarantine()))) {
        gone.add(entry.instance());
        abandoned.add(entry.instance());
      } else {
        members.add(quarantined(entry, pod, since));
        if (scene.now().isBefore(since.plus(RESTART_PATIENCE))) {
          notYet.add(uid);
        }
      }
    }
    Set<String> known = new HashSet<>();
    scene.entries().forEach(entry -> known.add(entry.instance()));
    for (Sighting sighting : scene.sightings()) {
      PodFacts pod = scene.pods().get(sighting.uid());
      if (pod != null
          && pod.life() instanceof PodFacts.Life.Running
          && !known.contains(sighting.instance())
          && !notYet.contains(sighting.uid())) {
        members.add(answering(sighting, pod));
      }
    }
    return new Roster(List.copyOf(members), Set.copyOf(gone), Set.copyOf(abandoned));
  }

  private static boolean endedCleanly(
      Scene scene, String uid, @Nullable Sighting sighting, @Nullable PodFacts pod) {
    PodFacts last = pod == null ? scene.departed().apply(uid).orElse(null) : pod;
    boolean isTheLastInItsPod =
        sighting != null || scene.sightings().stream().noneMatch(other -> other.uid().equals(uid));
    return last != null
        && isTheLastInItsPod
        && last.life() instanceof PodFacts.Life.Ended(boolean clean)
        && clean;
  }

  private static Instant since(LedgerEntry entry, Instant now) {
    return entry.state() == InstanceState.Quarantined && entry.since() != null
        ? Instant.parse(entry.since())
        : now;
  }

  private static Member running(LedgerEntry entry, PodFacts pod, @Nullable Sighting sighting) {
    if (sighting != null && !sighting.silent()) {
      return answering(sighting, pod);
    }
    return new Member(
        entry.instance(),
        pod.name(),
        address(entry, pod),
        pod.createdAt(),
        Member.Standing.SILENT,
        null,
        sighting == null ? null : sighting.report(),
        0);
  }

  private static Member quarantined(LedgerEntry entry, @Nullable PodFacts pod, Instant since) {
    return new Member(
        entry.instance(),
        entry.pod(),
        entry.address(),
        pod == null ? Instant.EPOCH : pod.createdAt(),
        Member.Standing.QUARANTINED,
        since,
        null,
        0);
  }

  private static Member answering(Sighting sighting, PodFacts pod) {
    boolean draining = pod.deleting() || sighting.report().draining();
    Member.Standing standing = draining ? Member.Standing.DRAINING : Member.Standing.SERVING;
    return new Member(
        sighting.instance(),
        pod.name(),
        pod.address(),
        pod.createdAt(),
        sighting.silent() ? Member.Standing.SILENT : standing,
        null,
        sighting.report(),
        sighting.demand());
  }

  private static @Nullable String address(LedgerEntry entry, PodFacts pod) {
    return entry.address() == null ? pod.address() : entry.address();
  }
}
