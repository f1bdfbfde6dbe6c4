package dev.penstock.operator.pool;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.operator.desired.OperatorDefaults;
import dev.penstock.operator.fleet.Certificates;
import dev.penstock.operator.fleet.Fleet;
import dev.penstock.operator.fleet.FleetId;
import dev.penstock.operator.fleet.FleetSettings;
import dev.penstock.operator.server.ServerProbe;
import dev.penstock.operator.server.Servers;
import dev.penstock.operator.status.Announcer;
import dev.penstock.operator.status.PoolMetrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/**
 * Puts a reconciler together, and says how it is to be run.
 *
 * @param client for the API server; the caller closes it
 * @param defaults where a pool says nothing
 * @param settings times of a reconciliation
 * @param fleetSettings times of the conversation with instances
 * @param metrics for figures
 * @param instance name of the operator's pod
 */
public record PoolController(
    KubernetesClient client,
    OperatorDefaults defaults,
    PoolSettings settings,
    FleetSettings fleetSettings,
    PoolMetrics metrics,
    String instance) {

  /** How long a server may take to answer. */
  private static final Duration SERVER_PATIENCE = Duration.ofSeconds(5);

  /** How old a server's answer may become. */
  private static final Duration SERVER_REFRESH = Duration.ofSeconds(15);

  /** How long the same Event is not repeated. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(15);

  /** A burst of reports is looked at together. */
  private static final Duration RATE_PERIOD = Duration.ofMillis(500);

  private static final int RATE = 10;

  /** A new reconciler; the caller closes it. */
  public PoolReconciler reconciler() {
    Clock clock = Clock.systemUTC();
    Watches watches = new Watches();
    Children children = new Children(client);
    return new PoolReconciler(
        new PoolParts(
            settings,
            clock,
            new Fleet(fleetSettings, watches::lookAt),
            new Servers(
                new ServerProbe(clock, SERVER_PATIENCE),
                clock,
                SERVER_REFRESH,
                key -> watches.lookAt(FleetId.parse(key))),
            new Announcer(client, clock, SILENCE, instance),
            metrics,
            watches,
            new PoolStore(client),
            new SecretReader(client, clock, settings.secretFreshness()),
            new FleetSecrets(client, new Certificates(clock)),
            new Departures(clock, settings.departureMemory()),
            children,
            new Application(children, defaults)));
  }

  /**
   * How often, and how often again: from watches, at the latest after the interval, and for ever
   * after a failure.
   *
   * @param namespaces to watch; all if empty
   */
  public void configure(
      ControllerConfigurationOverrider<ConnectionPool> configuration, Set<String> namespaces) {
    configuration
        .withFieldManager(Children.FIELD_MANAGER)
        .withReconciliationMaxInterval(settings.interval())
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
