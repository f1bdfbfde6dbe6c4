package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.operator.desired.OperatorDefaults;
import dev.penstock.operator.fleet.Certificates;
import dev.penstock.operator.fleet.Fleet;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.FleetSettings;
import dev.penstock.operator.probe.ServerProbe;
import dev.penstock.operator.probe.Servers;
import dev.penstock.operator.server.PoolShares;
import dev.penstock.operator.server.SecretReader;
import dev.penstock.operator.server.ServerFigures;
import dev.penstock.operator.server.ServerId;
import dev.penstock.operator.server.ServerParts;
import dev.penstock.operator.server.ServerSettings;
import dev.penstock.operator.server.ServerWatches;
import dev.penstock.operator.status.Announcer;
import dev.penstock.operator.status.PoolMetrics;
import dev.penstock.operator.status.ServerMetrics;
import dev.penstock.operator.workload.DirectDemand;
import dev.penstock.operator.workload.Workloads;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/**
 * Puts the reconcilers together, and says how they are to be run.
 *
 * @param client for the API server; the caller closes it
 * @param defaults where a pool says nothing
 * @param settings times of a reconciliation
 * @param fleetSettings times of the conversation with instances
 * @param registry for metrics
 * @param instance name of the operator's pod
 */
public record PoolController(
    KubernetesClient client,
    OperatorDefaults defaults,
    ServerSettings settings,
    FleetSettings fleetSettings,
    PrometheusRegistry registry,
    String instance) {

  /** How long a server may take to answer. */
  private static final Duration SERVER_PATIENCE = Duration.ofSeconds(5);

  /** How old a server's answer may become. */
  private static final Duration SERVER_REFRESH = Duration.ofSeconds(15);

  /** How long the same Event is not repeated. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  /**
   * Sets the finalizer of a DatabaseServer. Another than that of the children, to which a pool's
   * own DatabaseServer belongs: what one manager applies, it owns alone.
   */
  private static final String SERVER_FIELD_MANAGER = "penstock-operator-servers";

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(15);

  /** A burst of reports is looked at together. */
  private static final Duration RATE_PERIOD = Duration.ofMillis(500);

  private static final int RATE = 10;

  /**
   * The reconcilers of one operator.
   *
   * @param pools of ConnectionPools
   * @param servers of DatabaseServers
   * @param fleet the conversation with instances
   * @param probe the conversation with database servers
   * @param secrets that pools and servers name
   * @param workloads that pools name
   */
  public record Reconcilers(
      Reconciler<ConnectionPool> pools,
      Reconciler<DatabaseServer> servers,
      Fleet fleet,
      Servers probe,
      SecretReader secrets,
      Workloads workloads)
      implements AutoCloseable {

    /** Ends the conversations; instances keep what they have. */
    @Override
    public void close() {
      fleet.close();
      probe.close();
      secrets.close();
      workloads.close();
    }
  }

  /** Registers both reconcilers with an operator that has not started; the caller closes them. */
  public Reconcilers register(Operator operator, Set<String> namespaces) {
    Reconcilers reconcilers = reconcilers(namespaces);
    operator.register(
        reconcilers.servers(),
        configuration ->
            configure(
                configuration.withFieldManager(SERVER_FIELD_MANAGER),
                settings.interval(),
                namespaces));
    operator.register(
        reconcilers.pools(),
        configuration ->
            configure(
                configuration.withFieldManager(Children.FIELD_MANAGER),
                settings.restInterval(),
                namespaces));
    return reconcilers;
  }

  private Reconcilers reconcilers(Set<String> namespaces) {
    Clock clock = Clock.systemUTC();
    Watches watches = new Watches(namespaces);
    ServerWatches serverWatches = ServerParts.watches(client, clock, settings, namespaces);
    Children children = new Children(client);
    Fleet fleet = new Fleet(fleetSettings, serverWatches::lookAtServerOf);
    Servers servers =
        new Servers(
            new ServerProbe(clock, SERVER_PATIENCE), clock, SERVER_REFRESH, serverWatches::lookAt);
    SecretReader secrets =
        new SecretReader(
            client,
            namespaces,
            clock,
            settings.secretFreshness(),
            asker -> {
              switch (asker) {
                case SecretReader.Asker.Pool(FleetId pool) -> watches.lookAt(pool);
                case SecretReader.Asker.Server(ServerId server) -> serverWatches.lookAt(server);
              }
            });
    PoolShares shares = new PoolShares(watches::lookAt);
    Announcer announcer = new Announcer(client, clock, SILENCE, instance);
    Workloads workloads = new Workloads(client, clock, key -> watches.lookAt(FleetId.parse(key)));
    return new Reconcilers(
        new PoolReconciler(
            new PoolParts(
                settings,
                clock,
                fleet,
                shares,
                announcer,
                watches,
                serverWatches,
                new PoolStore(client),
                secrets,
                new FleetSecrets(client, new Certificates(clock)),
                children,
                new Application(children, defaults),
                workloads)),
        ServerParts.reconciler(
            client,
            clock,
            settings,
            serverWatches,
            fleet,
            servers,
            secrets,
            shares,
            announcer,
            new ServerFigures(new ServerMetrics(registry), new PoolMetrics(registry)),
            DirectDemand::of),
        fleet,
        servers,
        secrets,
        workloads);
  }

  /**
   * How often, and how often again: from watches, at the latest after the interval, and for ever
   * after a failure.
   *
   * @param namespaces to watch; all if empty
   */
  private static <R extends HasMetadata> void configure(
      ControllerConfigurationOverrider<R> configuration,
      Duration interval,
      Set<String> namespaces) {
    configuration
        .withReconciliationMaxInterval(interval)
        .withRateLimiter(new LinearRateLimiter(RATE_PERIOD, RATE))
        .withRetry(
            new GenericRetry()
                .setInitialInterval(FIRST_RETRY)
                .setMaxInterval(LONGEST_RETRY.toMillis())
                .withoutMaxAttempts());
    if (namespaces.isEmpty()) {
      configuration.watchingAllNamespaces();
    } else {
      configuration.settingNamespaces(namespaces);
    }
  }
}
