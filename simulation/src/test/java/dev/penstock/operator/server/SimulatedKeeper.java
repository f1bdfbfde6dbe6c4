package dev.penstock.operator.server;

import dev.penstock.contract.GrantRequest;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.fleet.Conversation;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.Instances;
import dev.penstock.operator.fleet.Sighting;
import dev.penstock.operator.fleet.Target;
import dev.penstock.operator.probe.Answers;
import dev.penstock.operator.probe.ProbeTarget;
import dev.penstock.operator.probe.ServerView;
import dev.penstock.simulation.Cluster;
import dev.penstock.simulation.OperatorHost;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The real {@link GrantKeeper}, with a simulated world around it. What it is given can be put
 * something before: the mutations do.
 */
public class SimulatedKeeper implements OperatorHost.Keeper {

  private static final ProbeTarget PROBE =
      new ProbeTarget("db", 5432, "postgres", "probe", "secret", "disable", null);
  private static final Duration AFTER_CONFLICT = Duration.ofMillis(50);

  private final OperatorHost host;
  private final Cache cache;
  private final GrantKeeper keeper;

  /** An operator that has just started. What is overridden here needs no more than the host. */
  @SuppressWarnings("this-escape")
  public SimulatedKeeper(OperatorHost host) {
    this.host = host;
    this.cache = new Cache(host);
    this.keeper =
        new GrantKeeper(
            new LedgerStore(resources(new Resources(host))),
            pods(cache),
            instances(new Speaking(host)),
            answers(new Asking(host)),
            host.clock(),
            ServerSettings.DEFAULT.withQuarantine(host.world().quarantine()));
  }

  /** The API server as the keeper sees it. */
  ServerResources resources(ServerResources real) {
    return real;
  }

  /** The pods as the keeper sees them. */
  Pods pods(Pods real) {
    return real;
  }

  /** The instances as the keeper sees them. */
  Instances instances(Instances real) {
    return real;
  }

  /** The server's answers as the keeper sees them. */
  Answers answers(Answers real) {
    return real;
  }

  OperatorHost host() {
    return host;
  }

  @Override
  public Optional<Duration> keep() {
    DatabaseServer seen = host.cachedServer();
    List<Tenant> tenants =
        host.world().pools().stream().map(pool -> Tenant.of(pool, true)).toList();
    return switch (keeper.keep(
        new GrantKeeper.Scene(
            seen, tenants, Optional.of(PROBE), List.of(), Optional.empty(), 0, 0))) {
      case GrantKeeper.Outcome.Kept kept -> kept.again();
      case GrantKeeper.Outcome.Overtaken _ -> Optional.of(AFTER_CONFLICT);
      case GrantKeeper.Outcome.Gone _ -> Optional.empty();
    };
  }

  @Override
  public void notice(Cluster.Notice notice) {
    cache.notice(notice);
  }

  /** The watch's cache of pods. */
  private static final class Cache implements Pods {
    private final OperatorHost host;
    private final Map<String, PodFacts> known = new LinkedHashMap<>();
    private final Departures departures;

    Cache(OperatorHost host) {
      this.host = host;
      this.departures = new Departures(host.clock(), ServerSettings.DEFAULT.departureMemory());
    }

    void notice(Cluster.Notice notice) {
      PodFacts facts = PodFacts.of(notice.fleet(), notice.pod());
      if (notice.removed()) {
        known.remove(facts.uid());
        departures.remember(facts);
      } else {
        known.put(facts.uid(), facts);
      }
    }

    @Override
    public Collection<PodFacts> of(FleetId pool) {
      return known.values().stream().filter(pod -> pod.pool().equals(pool)).toList();
    }

    @Override
    public Optional<PodFacts> read(FleetId pool, String name) {
      host.pause();
      return host.world().cluster().read(name).map(pod -> PodFacts.of(pool, pod));
    }

    @Override
    public Optional<PodFacts> departed(String uid) {
      return departures.of(uid);
    }
  }

  /** The API server. */
  private record Resources(OperatorHost host) implements ServerResources {
    @Override
    public Optional<DatabaseServer> get(ServerId id) {
      host.pause();
      Optional<DatabaseServer> read = host.world().api().get();
      host.pause();
      return read;
    }

    @Override
    public Optional<DatabaseServer> updateStatus(DatabaseServer server) {
      host.pause();
      Optional<DatabaseServer> written = host.world().api().updateStatus(host, server);
      host.pause();
      return written;
    }
  }

  /** The database server. */
  private record Asking(OperatorHost host) implements Answers {
    @Override
    public ServerView view(String key, ProbeTarget target) {
      return host.questions().view();
    }

    @Override
    public OptionalInt connectionsFrom(
        String key, ProbeTarget target, String address, Instant since) {
      return host.questions().connectionsFrom(address, since);
    }
  }

  /** The instances, one conversation with each. */
  private static final class Speaking implements Instances {
    private final OperatorHost host;
    private final Map<FleetId, Map<String, Conversation>> fleets = new LinkedHashMap<>();

    Speaking(OperatorHost host) {
      this.host = host;
    }

    private Map<String, Conversation> members(FleetId fleet) {
      return fleets.computeIfAbsent(fleet, _ -> new LinkedHashMap<>());
    }

    @Override
    public void listenTo(FleetId fleet, Collection<Target> targets) {
      Map<String, Target> wanted =
          targets.stream().collect(Collectors.toMap(Target::uid, Function.identity()));
      Map<String, Conversation> members = members(fleet);
      members
          .values()
          .removeIf(
              conversation -> {
                Target target = conversation.target();
                boolean over = !target.equals(wanted.get(target.uid()));
                if (over) {
                  conversation.close();
                }
                return over;
              });
      wanted.forEach((uid, target) -> members.computeIfAbsent(uid, _ -> host.conversation(target)));
    }

    @Override
    public List<Sighting> sightings(FleetId fleet, Map<String, Set<String>> recorded) {
      return members(fleet).entrySet().stream()
          .flatMap(
              member ->
                  member
                      .getValue()
                      .sighting(recorded.getOrDefault(member.getKey(), Set.of()))
                      .stream())
          .toList();
    }

    @Override
    public void tell(FleetId fleet, String uid, GrantRequest grant) {
      host.pause();
      Conversation conversation = members(fleet).get(uid);
      if (conversation != null) {
        conversation.tell(grant);
      }
    }
  }
}
