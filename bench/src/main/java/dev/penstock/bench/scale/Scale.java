package dev.penstock.bench.scale;

import dev.penstock.crds.ApiServerFixture;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the operator among so many servers, pools and instances, and says what that costs. */
@Command(
    name = "bench/scale",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true,
    description =
        "The real operator and a real API server among a simulated world of servers, pools and"
            + " instances: how soon it reacts, and what it needs.")
public final class Scale implements Callable<Integer> {

  @Option(names = "--servers", defaultValue = "100", description = "DatabaseServers.")
  private int servers;

  @Option(names = "--pools", defaultValue = "1000", description = "ConnectionPools on them.")
  private int pools;

  @Option(names = "--instances", defaultValue = "5000", description = "Instances of the pools.")
  private int instances;

  @Option(names = "--changes", defaultValue = "200", description = "Replica counts to change.")
  private int changes;

  @Option(names = "--steady-seconds", defaultValue = "60", description = "Time to do nothing in.")
  private int steadySeconds;

  @Option(
      names = "--settle-seconds",
      defaultValue = "120",
      description =
          "Time for the operator, its compilers included, to come to rest in before that.")
  private int settleSeconds;

  @Option(
      names = "--start-minutes",
      defaultValue = "15",
      description = "Most time until every instance is granted something.")
  private int startMinutes;

  @Option(
      names = "--jvm-flags",
      split = ",",
      required = true,
      description = "Of the operator's JVM; bench/scale gives those of its image.")
  private List<String> flags = List.of();

  @Option(names = "--json", description = "File for the figures as JSON.", required = true)
  private Path json = Path.of("");

  /** Measures once; the exit code is 1 if something went wrong. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Scale()).execute(arguments));
  }

  /** The parts that are running. */
  private record Running(
      Cluster cluster,
      KubernetesClient client,
      World world,
      Nodes nodes,
      OperatorProcess operator) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Config config =
        new ConfigBuilder(ApiServerFixture.shared().administrator())
            .withRequestTimeout((int) TimeUnit.MINUTES.toMillis(1))
            .build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
        EmbeddedPostgres postgres = postgres();
        Listener listener = new Listener()) {
      Cluster cluster = new Cluster(client);
      cluster.prepare();
      Nodes nodes = new Nodes(client, listener, 1);
      try (World world = new World(client, nodes);
          OperatorProcess operator = new OperatorProcess(config, flags)) {
        Figures figures =
            measure(new Running(cluster, client, world, nodes, operator), postgres.getPort());
        Files.writeString(json, figures.json());
        System.out.print(figures.table());
        System.out.println("as JSON: " + json);
      }
    }
    return 0;
  }

  private Figures measure(Running run, int port) throws IOException, InterruptedException {
    long started = System.nanoTime();
    say("making %d servers, %d pools, %d instances".formatted(servers, pools, instances));
    IntStream.range(0, servers).forEach(number -> run.cluster().createServer(number, port));
    for (int number = 0; number < pools; number++) {
      int replicas = instances / pools + (number < instances % pools ? 1 : 0);
      run.cluster().createPool(number, number % servers, replicas);
      check(run);
    }
    await(run).until(() -> run.nodes().granted() == instances);
    double startSeconds = secondsSince(started);
    say("every instance has a grant; resting for %d s".formatted(settleSeconds));
    Thread.sleep(Duration.ofSeconds(settleSeconds));

    say("measuring for %d s".formatted(steadySeconds));
    ApiRequests before = ApiRequests.now(run.client());
    ProcessFigures first = run.operator().figures();
    Thread.sleep(Duration.ofSeconds(steadySeconds));
    ProcessFigures second = run.operator().figures();
    ApiRequests after = ApiRequests.now(run.client());
    String load = ProcessFigures.loadAverage();

    say("changing %d replica counts".formatted(changes));
    long changing = System.nanoTime();
    List<Reactions.Reaction> reactions =
        new Reactions(run.cluster(), run.world(), run.nodes()).measure(changes, pools);
    double changeSeconds = secondsSince(changing);
    ApiRequests last = ApiRequests.now(run.client());
    check(run);
    return new Figures(
        servers,
        pools,
        instances,
        String.join(" ", flags),
        Runtime.getRuntime().availableProcessors(),
        load,
        startSeconds,
        (second.at() - first.at()) / 1e9,
        second.percentOfACoreSince(first),
        second.residentMiB(),
        run.operator().figures().peakMiB(),
        second.threads(),
        second.descriptors(),
        after.since(before).counts(),
        reactions.size(),
        Reactions.Spread.of(reactions, Reactions.Reaction::deployment),
        Reactions.Spread.of(reactions, Reactions.Reaction::grant),
        last.since(after).counts(),
        changeSeconds,
        run.operator().complaints());
  }

  private ConditionFactory await(Running run) {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(startMinutes))
        .pollInterval(Duration.ofMillis(500))
        .failFast(() -> check(run));
  }

  private static void check(Running run) throws IOException {
    run.world().assertWhole();
    run.operator().assertAlive();
  }

  /** One that answers at every loopback address; large enough for the instances of a server. */
  private EmbeddedPostgres postgres() throws IOException {
    int connections = Math.max(100, 4 * instances / servers);
    return EmbeddedPostgres.builder()
        .setServerConfig("listen_addresses", "*")
        .setServerConfig("max_connections", Integer.toString(connections))
        .start();
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void say(String what) {
    System.err.println("bench/scale: " + what);
  }
}
