package dev.penstock.operator.server;

import dev.penstock.contract.GrantRequest;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.Instances;
import dev.penstock.operator.fleet.Sighting;
import dev.penstock.operator.fleet.Target;
import dev.penstock.operator.probe.Answers;
import dev.penstock.operator.probe.ProbeTarget;
import dev.penstock.operator.probe.ServerView;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Passes all on to a keeper's world as it is; a mutant overrides what it does otherwise. */
final class Passing {

  private Passing() {}

  static class ToResources implements ServerResources {
    private final ServerResources real;

    ToResources(ServerResources real) {
      this.real = real;
    }

    @Override
    public Optional<DatabaseServer> get(ServerId id) {
      return real.get(id);
    }

    @Override
    public Optional<DatabaseServer> updateStatus(DatabaseServer server) {
      return real.updateStatus(server);
    }
  }

  static class ToInstances implements Instances {
    private final Instances real;

    ToInstances(Instances real) {
      this.real = real;
    }

    @Override
    public void listenTo(FleetId fleet, Collection<Target> targets) {
      real.listenTo(fleet, targets);
    }

    @Override
    public List<Sighting> sightings(FleetId fleet, Map<String, Set<String>> recorded) {
      return real.sightings(fleet, recorded);
    }

    @Override
    public void tell(FleetId fleet, String uid, GrantRequest grant) {
      real.tell(fleet, uid, grant);
    }
  }

  static class ToAnswers implements Answers {
    private final Answers real;

    ToAnswers(Answers real) {
      this.real = real;
    }

    @Override
    public ServerView view(String key, ProbeTarget target) {
      return real.view(key, target);
    }

    @Override
    public OptionalInt connectionsFrom(
        String key, ProbeTarget target, String address, Instant since) {
      return real.connectionsFrom(key, target, address, since);
    }
  }

  static class ToPods implements Pods {
    private final Pods real;

    ToPods(Pods real) {
      this.real = real;
    }

    @Override
    public Collection<PodFacts> of(FleetId pool) {
      return real.of(pool);
    }

    @Override
    public Optional<PodFacts> read(FleetId pool, String name) {
      return real.read(pool, name);
    }

    @Override
    public Optional<PodFacts> departed(String uid) {
      return real.departed(uid);
    }
  }
}
