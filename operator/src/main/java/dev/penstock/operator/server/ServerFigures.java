package dev.penstock.operator.server;

import dev.penstock.crds.InstanceState;
import dev.penstock.operator.budget.Budget;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.status.PoolMetrics;
import dev.penstock.operator.status.ServerMetrics;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is found, as metrics. Thread-safe for different servers. */
public final class ServerFigures {

  private final ServerMetrics servers;
  private final PoolMetrics pools;
  private final Map<ServerId, Set<FleetId>> measured = new ConcurrentHashMap<>();

  /** Has measured nothing yet. */
  public ServerFigures(ServerMetrics servers, PoolMetrics pools) {
    this.servers = servers;
    this.pools = pools;
  }

  void set(ServerId id, ServerAssessment found) {
    servers.set(
        id.namespace(),
        id.name(),
        new ServerMetrics.Figures(
            found.sight().toShare().map(Budget::connections).orElse(0),
            found.round().ledger().committed(),
            found.round().ledger().granted(),
            found.round().ledger().round()));
    Map<FleetId, PoolShare> shares = found.poolShares();
    Set<FleetId> before = measured.put(id, Set.copyOf(shares.keySet()));
    if (before != null) {
      before.stream().filter(pool -> !shares.containsKey(pool)).forEach(this::removePool);
    }
    shares.forEach(
        (pool, share) ->
            pools.set(
                pool.namespace(),
                pool.pool(),
                new PoolMetrics.Figures(
                    share.budget() == null ? 0 : share.budget(),
                    share.bound(),
                    share.granted(),
                    share.held(),
                    share.waiting(),
                    quarantined(share))));
  }

  private static int quarantined(PoolShare share) {
    return (int)
        share.lines().stream().filter(line -> line.state() == InstanceState.Quarantined).count();
  }

  private void removePool(FleetId pool) {
    pools.remove(pool.namespace(), pool.pool());
  }

  void remove(ServerId id) {
    servers.remove(id.namespace(), id.name());
    Set<FleetId> before = measured.remove(id);
    if (before != null) {
      before.forEach(this::removePool);
    }
  }
}
