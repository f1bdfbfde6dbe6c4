package dev.penstock.operator;

import dev.penstock.operator.desired.OperatorDefaults;
import dev.penstock.operator.fleet.FleetSettings;
import dev.penstock.operator.pool.PoolController;
import dev.penstock.operator.server.ServerSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The operator's process. Settings come from options or, as in the chart, from the environment.
 *
 * <p>With leader election one of several processes works and the others stand by; one that loses
 * the lead ends itself, and the next continues from the ledgers in the resources.
 */
@Command(
    name = "penstock-operator",
    mixinStandardHelpOptions = true,
    description = "Runs fleets of connection poolers, and owns the sum of their connections.")
public final class Operator implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(Operator.class);
  private static final String LEASE = "penstock-operator";

  /** As long as a pod's default grace period leaves, with some to spare. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  @Option(
      names = "--namespace",
      defaultValue = "${env:OPERATOR_NAMESPACE}",
      description = "Namespace of the operator, where its Lease is (OPERATOR_NAMESPACE).")
  private String namespace = "";

  @Option(
      names = "--pod-name",
      defaultValue = "${env:POD_NAME:-penstock-operator}",
      description = "Name of this process in the Lease and in Events (POD_NAME).")
  private String podName = "";

  @Option(
      names = "--pooler-image",
      required = true,
      defaultValue = "${env:POOLER_IMAGE}",
      description = "Image of the pooler where a pool names none (POOLER_IMAGE).")
  private String poolerImage = "";

  @Option(
      names = "--watch-namespaces",
      defaultValue = "${env:WATCH_NAMESPACES:-}",
      description = "Namespaces to watch, separated by commas; all if empty (WATCH_NAMESPACES).")
  private String watchNamespaces = "";

  @Option(
      names = "--leader-election",
      negatable = true,
      fallbackValue = "true",
      defaultValue = "${env:LEADER_ELECTION:-true}",
      description = "Whether only one of several processes works at a time (LEADER_ELECTION).")
  private boolean leaderElection;

  @Option(
      names = "--quarantine-seconds",
      defaultValue = "${env:QUARANTINE_SECONDS:-300}",
      description =
          "How long the connections of an instance count whose end cannot be confirmed"
              + " (QUARANTINE_SECONDS).")
  private int quarantineSeconds;

  @Option(
      names = "--http-port",
      defaultValue = "${env:HTTP_PORT:-8080}",
      description = "Port of /healthz, /readyz and /metrics (HTTP_PORT).")
  private int httpPort;

  /** Starts the operator; the exit code is 2 for a bad option. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Operator()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrometheusRegistry registry = new PrometheusRegistry();
    CountDownLatch stop = new CountDownLatch(1);
    try (KubernetesClient client = ApiClient.builder().build()) {
      run(client, registry, stop);
    }
    return 0;
  }

  private void run(KubernetesClient client, PrometheusRegistry registry, CountDownLatch stop)
      throws IOException, InterruptedException {
    PoolController controller = controller(client, registry);
    io.javaoperatorsdk.operator.Operator operator =
        new io.javaoperatorsdk.operator.Operator(overrider -> configure(overrider, client));
    try (PoolController.Reconcilers _ = controller.register(operator, namespaces())) {
      try (Probes probes = new Probes(httpPort, registry, operator::getRuntimeInfo)) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(operator, probes, stop)));
        operator.start();
        probes.started();
        LOG.info("watching {}", namespaces().isEmpty() ? "all namespaces" : namespaces());
        stop.await();
      }
    }
  }

  private void end(
      io.javaoperatorsdk.operator.Operator operator, Probes probes, CountDownLatch stop) {
    probes.stopping();
    operator.stop();
    stop.countDown();
  }

  private PoolController controller(KubernetesClient client, PrometheusRegistry registry) {
    return new PoolController(
        client,
        new OperatorDefaults(poolerImage),
        ServerSettings.DEFAULT.withQuarantine(Duration.ofSeconds(quarantineSeconds)),
        FleetSettings.DEFAULT,
        registry,
        podName);
  }

  private void configure(ConfigurationServiceOverrider overrider, KubernetesClient client) {
    overrider
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withReconciliationTerminationTimeout(STOP_LIMIT)
        .withUseSSAToPatchPrimaryResource(true);
    if (leaderElection) {
      overrider.withLeaderElectionConfiguration(
          LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
              .withLeaseNamespace(namespace)
              .withIdentity(podName)
              .build());
    }
  }

  private Set<String> namespaces() {
    return Arrays.stream(watchNamespaces.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
