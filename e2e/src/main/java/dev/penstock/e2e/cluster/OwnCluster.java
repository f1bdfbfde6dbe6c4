package dev.penstock.e2e.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The cluster of the tool in {@code e2e/cluster}: a Kubernetes built from source, on this host. */
final class OwnCluster implements Cluster {

  private final Command tool;
  private final Path kubeconfig;
  private final Consumer<String> progress;
  private final AtomicBoolean up = new AtomicBoolean(true);

  private OwnCluster(Command tool, Path kubeconfig, Consumer<String> progress) {
    this.tool = tool;
    this.kubeconfig = kubeconfig;
    this.progress = progress;
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "cluster-down"));
  }

  /** Starts it for {@code PENSTOCK_CLUSTER_OWNER} where that is set, as ./verify does. */
  static OwnCluster start(String user, Consumer<String> progress) {
    String owner = System.getenv().getOrDefault("PENSTOCK_CLUSTER_OWNER", user);
    Command tool =
        Command.of(Checkout.file("e2e/cluster/cluster").toString())
            .with("PENSTOCK_CLUSTER_OWNER", owner);
    List<String> output = with(tool, "up").run(progress);
    return new OwnCluster(tool, Path.of(output.getLast()), progress);
  }

  /** The directory of kubectl and helm, in the cluster's own version; built if need be. */
  static Path programs(Consumer<String> progress) {
    Command tool = Command.of(Checkout.file("e2e/cluster/cluster").toString());
    with(tool, "build").run(progress);
    return Path.of(with(tool, "bin").run(progress).getLast());
  }

  /** What a command of the tool prints. */
  List<String> tool(String... arguments) {
    return with(tool, arguments).run(progress);
  }

  private static Command with(Command tool, String... arguments) {
    return new Command(
        Stream.concat(tool.line().stream(), Stream.of(arguments)).toList(), tool.environment());
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public void load(List<Path> archives) {
    progress.accept("loading " + archives.size() + " images");
    with(
            tool,
            Stream.concat(Stream.of("load"), archives.stream().map(Path::toString))
                .toArray(String[]::new))
        .run(progress);
  }

  @Override
  public void keep() {
    up.set(false);
  }

  @Override
  public void close() {
    if (up.compareAndSet(true, false)) {
      with(tool, "down").run(progress);
    }
  }
}
