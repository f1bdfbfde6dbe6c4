package dev.penstock.operator.server;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.Instances;
import dev.penstock.operator.fleet.Sighting;
import dev.penstock.operator.probe.Answers;
import dev.penstock.operator.probe.ProbeTarget;
import dev.penstock.operator.probe.ServerFacts;
import dev.penstock.operator.probe.ServerView;
import dev.penstock.simulation.OperatorHost;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Operators that break one rule of the law each, by what is put between the real keeper and its
 * world.
 */
public final class MutantKeepers {

  private MutantKeepers() {}

  /** Tells what it is about to write, and writes then. */
  public static OperatorHost.Keeper tellsBeforeItWrites(OperatorHost host) {
    return new SimulatedKeeper(host) {
      private @Nullable Instances told;

      @Override
      Instances instances(Instances real) {
        told = real;
        return real;
      }

      @Override
      ServerResources resources(ServerResources real) {
        return new Passing.ToResources(real) {
          @Override
          public Optional<DatabaseServer> updateStatus(DatabaseServer server) {
            for (LedgerEntry line : server.getStatus().ledger()) {
              if (line.round() > 0) {
                String[] id = line.instance().split("/", 2);
                Objects.requireNonNull(told)
                    .tell(
                        LedgerLines.pool(line, ServerId.of(server)),
                        id[0],
                        new GrantRequest(line.round(), line.granted(), List.of(), id[1]));
              }
            }
            return super.updateStatus(server);
          }
        };
      }
    };
  }

  /** Writes over whatever is there. */
  public static OperatorHost.Keeper writesWithoutComparing(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      ServerResources resources(ServerResources real) {
        return new Passing.ToResources(real) {
          @Override
          public Optional<DatabaseServer> updateStatus(DatabaseServer server) {
            DatabaseServer forced = new DatabaseServer();
            forced.setMetadata(
                new ObjectMetaBuilder(server.getMetadata())
                    .withResourceVersion(
                        real.get(ServerId.of(server))
                            .orElse(server)
                            .getMetadata()
                            .getResourceVersion())
                    .build());
            forced.setSpec(server.getSpec());
            forced.setStatus(server.getStatus());
            return super.updateStatus(forced);
          }
        };
      }
    };
  }

  /** Takes what it has told for what was done. */
  public static OperatorHost.Keeper reusesBeforeItIsAcknowledged(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Instances instances(Instances real) {
        return new Passing.ToInstances(real) {
          private final Map<String, GrantRequest> told = new HashMap<>();

          @Override
          public void tell(FleetId fleet, String uid, GrantRequest grant) {
            told.put(uid, grant);
            super.tell(fleet, uid, grant);
          }

          @Override
          public List<Sighting> sightings(FleetId fleet, Map<String, Set<String>> recorded) {
            return super.sightings(fleet, recorded).stream().map(this::acknowledged).toList();
          }

          private Sighting acknowledged(Sighting sighting) {
            GrantRequest last = told.get(sighting.uid());
            InstanceReport report = sighting.report();
            return last == null || !report.incarnation().equals(last.incarnation())
                ? sighting
                : withReport(
                    sighting, last.round(), last.grant(), Math.min(report.held(), last.grant()));
          }
        };
      }
    };
  }

  /** Takes the round of a report for its word that no more is held than granted. */
  public static OperatorHost.Keeper doesNotLookAtWhatIsHeld(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Instances instances(Instances real) {
        return new Passing.ToInstances(real) {
          @Override
          public List<Sighting> sightings(FleetId fleet, Map<String, Set<String>> recorded) {
            return super.sightings(fleet, recorded).stream()
                .map(
                    sighting ->
                        withReport(
                            sighting, sighting.report().round(), sighting.report().grant(), 0))
                .toList();
          }
        };
      }
    };
  }

  /** Takes every end for one that the server has confirmed. */
  public static OperatorHost.Keeper forgetsBeforeItIsConfirmed(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Answers answers(Answers real) {
        return new Passing.ToAnswers(real) {
          @Override
          public OptionalInt connectionsFrom(
              String key, ProbeTarget target, String address, Instant since) {
            return OptionalInt.of(0);
          }
        };
      }
    };
  }

  /** Believes what the server said of an address before the end that it is asked about. */
  public static OperatorHost.Keeper believesAnswersFromBeforeTheEnd(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Answers answers(Answers real) {
        return new Passing.ToAnswers(real) {
          @Override
          public OptionalInt connectionsFrom(
              String key, ProbeTarget target, String address, Instant since) {
            return super.connectionsFrom(key, target, address, Instant.EPOCH);
          }
        };
      }
    };
  }

  /** Takes a pod that is no more for a process that is no more. */
  public static OperatorHost.Keeper takesAVanishedPodForAnEnd(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Pods pods(Pods real) {
        return new Passing.ToPods(real) {
          @Override
          public Optional<PodFacts> departed(String uid) {
            return super.departed(uid).map(pod -> ended(pod, true));
          }
        };
      }
    };
  }

  /** Goes on raising up to the most that the server ever allowed. */
  public static OperatorHost.Keeper raisesOverTheBudget(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Answers answers(Answers real) {
        return new Passing.ToAnswers(real) {
          private int most;

          @Override
          public ServerView view(String key, ProbeTarget target) {
            ServerView view = super.view(key, target);
            ServerFacts facts = view.facts();
            if (facts == null) {
              return view;
            }
            most = Math.max(most, facts.maxConnections());
            return new ServerView(
                new ServerFacts(most, facts.superuserReserved(), facts.reserved(), facts.askedAt()),
                view.failure());
          }
        };
      }
    };
  }

  /** Takes what a pod's status says of an end for that of whoever runs there now. */
  public static OperatorHost.Keeper takesAnEarlierEndForALaterOne(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      Pods pods(Pods real) {
        return new Passing.ToPods(real) {
          @Override
          public Collection<PodFacts> of(FleetId pool) {
            return super.of(pool).stream().map(MutantKeepers::timeless).toList();
          }

          @Override
          public Optional<PodFacts> departed(String uid) {
            return super.departed(uid).map(MutantKeepers::timeless);
          }
        };
      }
    };
  }

  private static PodFacts timeless(PodFacts pod) {
    return pod.life() instanceof PodFacts.Life.Ended(boolean clean, _) ? ended(pod, clean) : pod;
  }

  /** As if it had ended after all that ever happens. */
  private static PodFacts ended(PodFacts pod, boolean clean) {
    return new PodFacts(
        pod.pool(),
        pod.uid(),
        pod.name(),
        pod.address(),
        pod.port(),
        pod.createdAt(),
        pod.deleting(),
        pod.ready(),
        pod.served(),
        new PodFacts.Life.Ended(clean, Instant.MAX));
  }

  private static Sighting withReport(Sighting sighting, long round, int grant, int held) {
    InstanceReport report = sighting.report();
    return new Sighting(
        sighting.uid(),
        new InstanceReport(
            report.incarnation(),
            report.sequence(),
            round,
            grant,
            held,
            report.active(),
            report.idle(),
            report.waiting(),
            report.oldestWaitMillis(),
            report.clients(),
            report.draining()),
        sighting.demand(),
        sighting.silent(),
        sighting.ended());
  }
}
