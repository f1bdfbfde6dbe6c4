package dev.penstock.operator.server;

import dev.penstock.contract.Incarnation;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.fleet.FleetId;
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
import java.util.stream.Stream;
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
   * @param server whose ledger it is
   * @param entries the ledger's lines
   * @param pods that exist, by UID
   * @param departed the last seen of a pod that exists no longer, by UID
   * @param sightings the processes that have been heard
   * @param confirmation asks the server
   * @param now the time
   * @param quarantine how long an end that cannot be confirmed is waited for
   * @param grace how long a process of a pool may live on after its pod was removed
   */
  record Scene(
      ServerId server,
      List<LedgerEntry> entries,
      Map<String, PodFacts> pods,
      Function<String, Optional<PodFacts>> departed,
      Collection<Sighting> sightings,
      Confirmation confirmation,
      Instant now,
      Duration quarantine,
      Function<FleetId, Duration> grace) {

    FleetId pool(LedgerEntry entry) {
      return LedgerLines.pool(entry, server);
    }
  }

  /** Until its predecessor's end is confirmed a restarted process gets nothing, for this long. */
  private static final Duration RESTART_PATIENCE = Duration.ofSeconds(15);

  /** How late a kubelet may learn that a pod was removed, and how far clocks may be apart. */
  private static final Duration LATENESS = Duration.ofSeconds(10);

  /** In place of the incarnation of a process that has not been heard since its entry was lost. */
  private static final String UNHEARD = "unheard";

  /** Those that may hold any number of connections, for all that is known. */
  List<Member> unheard() {
    return members.stream().filter(member -> member.id().endsWith(UNHEARD)).toList();
  }

  static Roster of(Scene scene) {
    Map<String, Sighting> answering = new LinkedHashMap<>();
    scene.sightings().forEach(sighting -> answering.put(sighting.instance(), sighting));
    List<Member> members = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    Set<String> abandoned = new HashSet<>();
    Set<String> notYet = new HashSet<>();
    for (LedgerEntry entry : scene.entries()) {
      String uid = entry.instance().replaceFirst("/.*", "");
      Sighting sighting = answering.get(entry.instance());
      PodFacts pod = scene.pods().get(uid);
      if (entry.instance().endsWith(UNHEARD) && hasToldItsGrant(scene, uid)) {
        gone.add(entry.instance());
        continue;
      }
      Optional<PodFacts> last = pod == null ? scene.departed().apply(uid) : Optional.of(pod);
      Optional<PodFacts.Life.Ended> ended = last.flatMap(facts -> endOf(entry, facts));
      if (pod != null && ended.isEmpty()) {
        boolean replaced =
            sighting == null
                && scene.sightings().stream()
                    .anyMatch(
                        other ->
                            other.uid().equals(uid)
                                && (entry.instance().endsWith(UNHEARD)
                                    || other.ended().contains(incarnation(entry))));
        if (!replaced) {
          members.add(running(scene.pool(entry), entry, pod, sighting));
          continue;
        }
      }
      if (ended.filter(PodFacts.Life.Ended::clean).isPresent()) {
        gone.add(entry.instance());
        continue;
      }
      Instant since = since(entry, scene.now());
      boolean hasEnded = pod != null || ended.isPresent();
      // A pod that was removed by force may run on: idle now, and at work in a moment.
      Instant end =
          hasEnded ? since : since.plus(scene.grace().apply(scene.pool(entry))).plus(LATENESS);
      if (entry.address() != null
          && !scene.now().isBefore(end)
          && scene.confirmation().nothingLeftFrom(entry.address(), end)) {
        gone.add(entry.instance());
      } else if (!scene.now().isBefore(end)
          && !scene.now().isBefore(since.plus(scene.quarantine()))) {
        gone.add(entry.instance());
        abandoned.add(entry.instance());
      } else {
        members.add(quarantined(scene.pool(entry), entry, pod, since));
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
    members.addAll(lost(scene));
    return new Roster(List.copyOf(members), Set.copyOf(gone), Set.copyOf(abandoned));
  }

  /** Those that have been granted something, while neither ledger nor anyone says how much. */
  private static List<Member> lost(Scene scene) {
    Set<String> known = new HashSet<>();
    scene.entries().forEach(entry -> known.add(entry.instance().replaceFirst("/.*", "")));
    scene.sightings().forEach(sighting -> known.add(sighting.uid()));
    return scene.pods().values().stream()
        .filter(pod -> pod.served() && !known.contains(pod.uid()))
        .flatMap(
            pod ->
                pod.life() instanceof PodFacts.Life.Running running
                    ? Stream.of(unheard(pod, running))
                    : Stream.empty())
        .toList();
  }

  private static Member unheard(PodFacts pod, PodFacts.Life.Running running) {
    return new Member(
        pod.uid() + "/" + Incarnation.of(running.since(), UNHEARD).id(),
        pod.pool(),
        pod.name(),
        pod.address(),
        pod.createdAt(),
        Member.Standing.SILENT,
        null,
        null,
        0);
  }

  /** A process that has been granted something is the one that was not heard; a new one is not. */
  private static boolean hasToldItsGrant(Scene scene, String uid) {
    return scene.sightings().stream()
        .anyMatch(sighting -> sighting.uid().equals(uid) && sighting.report().round() > 0);
  }

  private static String incarnation(LedgerEntry entry) {
    return entry.instance().substring(entry.instance().indexOf('/') + 1);
  }

  /** The end that is told of a pod, if it is that of the process of an entry. */
  static Optional<PodFacts.Life.Ended> endOf(LedgerEntry entry, PodFacts pod) {
    return pod.life() instanceof PodFacts.Life.Ended ended
            && ended.isOf(new Incarnation(incarnation(entry)))
        ? Optional.of(ended)
        : Optional.empty();
  }

  private static Instant since(LedgerEntry entry, Instant now) {
    return entry.state() == InstanceState.Quarantined && entry.since() != null
        ? Instant.parse(entry.since())
        : now;
  }

  private static Member running(
      FleetId pool, LedgerEntry entry, PodFacts pod, @Nullable Sighting sighting) {
    if (sighting != null && !sighting.silent()) {
      return answering(sighting, pod);
    }
    return new Member(
        entry.instance(),
        pool,
        pod.name(),
        address(entry, pod),
        pod.createdAt(),
        Member.Standing.SILENT,
        null,
        sighting == null ? null : sighting.report(),
        0);
  }

  private static Member quarantined(
      FleetId pool, LedgerEntry entry, @Nullable PodFacts pod, Instant since) {
    return new Member(
        entry.instance(),
        pool,
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
        pod.pool(),
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
