package dev.penstock.operator.server;

import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.budget.Ledger;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.Instances;
import dev.penstock.operator.fleet.Sighting;
import dev.penstock.operator.fleet.Target;
import dev.penstock.operator.probe.Answers;
import dev.penstock.operator.probe.ProbeTarget;
import dev.penstock.operator.probe.ServerView;
import dev.penstock.operator.status.StatusPace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Keeps the law for one server at a time: gathers, decides, writes the ledger, and only then tells.
 * Called for the same server by one thread at a time, and thread-safe for different ones.
 */
final class GrantKeeper {

  private final LedgerStore store;
  private final Pods pods;
  private final Instances instances;
  private final Answers answers;
  private final Clock clock;
  private final ServerSettings settings;
  private final Pace pace;
  private final Relief relief = new Relief();
  private final StatusPace<ServerId> statuses;

  GrantKeeper(
      LedgerStore store,
      Pods pods,
      Instances instances,
      Answers answers,
      Clock clock,
      ServerSettings settings) {
    this.store = store;
    this.pods = pods;
    this.instances = instances;
    this.answers = answers;
    this.clock = clock;
    this.settings = settings;
    this.pace = new Pace(settings.calm());
    this.statuses = new StatusPace<>(clock, settings.statusPace(), settings.figuresPace());
  }

  /**
   * What is known of a server besides what its instances say.
   *
   * @param server as a watch's cache has it
   * @param tenants the pools that name it
   * @param probe how to ask it; empty if something for that is missing
   * @param problems with what it names, each with field and remedy
   * @param conflict an older resource that describes the same server
   * @param elsewhere connections of it that are spoken for in the ledgers of others
   * @param direct connections of it that workloads open themselves
   */
  record Scene(
      DatabaseServer server,
      List<Tenant> tenants,
      Optional<ProbeTarget> probe,
      List<String> problems,
      Optional<DatabaseServer> conflict,
      long elsewhere,
      int direct) {}

  /** What came of it. */
  sealed interface Outcome {

    /**
     * The ledger is as it should be, and everyone was told.
     *
     * @param found what was seen, and what follows from it
     * @param again when to look again, though nothing should happen until then
     */
    record Kept(ServerAssessment found, Optional<Duration> again) implements Outcome {}

    /** Someone else has written meanwhile: nothing has happened, and all is to be seen anew. */
    record Overtaken() implements Outcome {}

    /** The resource exists no longer. */
    record Gone() implements Outcome {}
  }

  Outcome keep(Scene scene) {
    ServerId id = ServerId.of(scene.server());
    Optional<DatabaseServer> latest = store.latest(id, scene.server());
    if (latest.isEmpty()) {
      return new Outcome.Gone();
    }
    DatabaseServer server = latest.get();
    ServerAssessment found = look(id, server, scene);
    return switch (statuses.write(
        id,
        ServerStatusDifference.urgency(found.before(), found.status()),
        () -> store.write(id, server, found.status()))) {
      case StatusPace.Turn.Overtaken() -> new Outcome.Overtaken();
      case StatusPace.Turn.Settled(Optional<Duration> again) -> {
        tell(found);
        yield new Outcome.Kept(found, again);
      }
    };
  }

  private ServerAssessment look(ServerId id, DatabaseServer server, Scene scene) {
    Instant now = clock.instant();
    DatabaseServerStatus known = store.known(id, server);
    Map<String, PodFacts> present = listen(id, scene.tenants(), known);
    ServerView view =
        scene.probe().map(target -> answers.view(id.toString(), target)).orElse(ServerView.UNKNOWN);
    ServerBudget budget = ServerBudget.of(server.getSpec().server(), view, known);
    Roster roster = Roster.of(rosterScene(id, scene, known, present, now));
    Ledger ledger = LedgerLines.read(known);
    // Nothing new is given where the server is another resource's.
    Optional<Budget> toShare =
        scene.conflict().isPresent()
            ? Optional.of(new Budget(0))
            : budget.budget().map(whole -> without(whole, scene.elsewhere() + scene.direct()));
    if (toShare.isPresent()) {
      toShare = Optional.of(relief.of(id, view, toShare.get(), roster, ledger.committed(), now));
    }
    GrantRound round =
        GrantRound.of(
            ledger, roster, scene.tenants(), toShare, pace.isCalm(id, ledger.round(), now));
    return ServerAssessment.of(
        new ServerAssessment.Sight(
            server, scene, view, budget, toShare, present, roster, round, known, now));
  }

  private static Budget without(Budget whole, long others) {
    return new Budget((int) Math.max(0, whole.connections() - others));
  }

  private Roster.Scene rosterScene(
      ServerId id,
      Scene scene,
      DatabaseServerStatus known,
      Map<String, PodFacts> present,
      Instant now) {
    Map<String, Set<String>> recorded = new HashMap<>();
    for (LedgerEntry line : known.ledger()) {
      int slash = line.instance().indexOf('/');
      recorded
          .computeIfAbsent(line.instance().substring(0, slash), _ -> new HashSet<>())
          .add(line.instance().substring(slash + 1));
    }
    List<Sighting> sightings = new ArrayList<>();
    for (FleetId pool : pools(id, scene.tenants(), known)) {
      sightings.addAll(instances.sightings(pool, recorded));
    }
    Map<FleetId, Tenant> tenants =
        scene.tenants().stream().collect(Collectors.toMap(Tenant::id, Function.identity()));
    return new Roster.Scene(
        id,
        known.ledger(),
        present,
        pods::departed,
        sightings,
        confirmation(id, scene.probe()),
        now,
        settings.quarantine(),
        pool -> tenants.getOrDefault(pool, Tenant.departed(pool)).grace());
  }

  /** Those that name the server, and those that did while the ledger still counts them. */
  private static Set<FleetId> pools(
      ServerId id, Collection<Tenant> tenants, DatabaseServerStatus known) {
    Set<FleetId> pools = new LinkedHashSet<>();
    tenants.forEach(tenant -> pools.add(tenant.id()));
    known.ledger().forEach(line -> pools.add(LedgerLines.pool(line, id)));
    return pools;
  }

  /**
   * Finds all pods, by UID, and listens to them; those included that someone has taken the labels
   * off: they are watched no longer, and run on with what they were granted.
   */
  private Map<String, PodFacts> listen(
      ServerId id, Collection<Tenant> tenants, DatabaseServerStatus known) {
    Map<String, PodFacts> present = new LinkedHashMap<>();
    Set<FleetId> all = pools(id, tenants, known);
    for (FleetId pool : all) {
      pods.of(pool).forEach(pod -> present.put(pod.uid(), pod));
    }
    for (LedgerEntry line : known.ledger()) {
      String uid = line.instance().replaceFirst("/.*", "");
      if (!present.containsKey(uid) && !hasEnded(uid, line) && !line.pod().isEmpty()) {
        pods.read(LedgerLines.pool(line, id), line.pod())
            .filter(there -> there.uid().equals(uid))
            .ifPresent(there -> present.put(uid, there));
      }
    }
    for (FleetId pool : all) {
      instances.listenTo(
          pool, targets(present.values().stream().filter(pod -> pod.pool().equals(pool)).toList()));
    }
    return present;
  }

  private boolean hasEnded(String uid, LedgerEntry line) {
    return pods.departed(uid).flatMap(last -> Roster.endOf(line, last)).isPresent();
  }

  private static List<Target> targets(Collection<PodFacts> pods) {
    return pods.stream().flatMap(pod -> pod.target().stream()).toList();
  }

  private Roster.Confirmation confirmation(ServerId id, Optional<ProbeTarget> target) {
    return (address, since) ->
        target.isPresent()
            && answers.connectionsFrom(id.toString(), target.get(), address, since).orElse(1) == 0;
  }

  private void tell(ServerAssessment found) {
    Map<String, String> addresses =
        targets(found.pods().values()).stream()
            .collect(Collectors.toMap(Target::uid, Target::address));
    for (GrantRound.Message message : found.round().messages(found.roster(), addresses)) {
      instances.tell(message.pool(), message.uid(), message.grant());
    }
  }

  void forget(ServerId id) {
    store.forget(id);
    pace.forget(id);
    relief.forget(id);
    statuses.forget(id);
  }
}
