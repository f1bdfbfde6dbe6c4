package dev.penstock.operator.server;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.fleet.Fleet;
import dev.penstock.operator.probe.Servers;
import dev.penstock.operator.status.Announcer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Puts the reconciler of servers together. */
public final class ServerParts {

  private ServerParts() {}

  /**
   * What makes servers be looked at; their pods among it.
   *
   * @param namespaces to watch; all if empty
   */
  public static ServerWatches watches(
      KubernetesClient client, Clock clock, ServerSettings settings, Set<String> namespaces) {
    return new ServerWatches(
        new PodWatch(client, new Departures(clock, settings.departureMemory()), namespaces),
        namespaces);
  }

  /**
   * A new reconciler.
   *
   * @param direct connections that a pool's workloads open themselves, at their worst
   */
  public static ServerReconciler reconciler(
      KubernetesClient client,
      Clock clock,
      ServerSettings settings,
      ServerWatches watches,
      Fleet fleet,
      Servers servers,
      SecretReader secrets,
      PoolShares shares,
      Announcer announcer,
      ServerFigures figures,
      ToIntFunction<ConnectionPool> direct) {
    GrantKeeper keeper =
        new GrantKeeper(
            new LedgerStore(new ServerClient(client)),
            watches.pods(),
            fleet,
            servers,
            clock,
            settings);
    return new ServerReconciler(
        keeper, watches, secrets, servers, shares, announcer, figures, settings, direct);
  }
}
