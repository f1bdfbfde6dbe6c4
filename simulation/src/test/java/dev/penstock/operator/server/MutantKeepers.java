package dev.penstock.operator.server;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.Instances;
import dev.penstock.operator.fleet.Sighting;
import dev.penstock.simulation.OperatorHost;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Operators that break one rule of the law each, by what is put between the real keeper and its
 * ledger or its instances.
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

  /** Takes what the instances of a pool have for free once the pool is deleted. */
  public static OperatorHost.Keeper forgetsWithThePool(OperatorHost host) {
    return new SimulatedKeeper(host) {
      @Override
      ServerResources resources(ServerResources real) {
        return new Passing.ToResources(real) {
          @Override
          public Optional<DatabaseServer> updateStatus(DatabaseServer server) {
            DatabaseServerStatus status = server.getStatus();
            Set<String> staying =
                host.world().pools().stream()
                    .map(pool -> Tenant.of(pool, true))
                    .filter(tenant -> tenant.standing() == Tenant.Standing.SHARING)
                    .map(tenant -> tenant.id().toString())
                    .collect(Collectors.toSet());
            server.setStatus(
                new DatabaseServerStatus(
                    status.observedGeneration(),
                    status.conditions(),
                    status.server(),
                    status.budget(),
                    status.direct(),
                    status.granted(),
                    status.bound(),
                    status.held(),
                    status.waiting(),
                    status.round(),
                    status.pools(),
                    status.ledger().stream()
                        .filter(line -> staying.contains(line.pool()))
                        .toList()));
            return super.updateStatus(server);
          }
        };
      }
    };
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
