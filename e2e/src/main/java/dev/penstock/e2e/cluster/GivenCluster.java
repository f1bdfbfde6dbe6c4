package dev.penstock.e2e.cluster;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The cluster of the caller's kubeconfig, which is never ended. How its nodes get images is the
 * caller's: {@code PENSTOCK_E2E_LOAD} is a command that takes an archive as its last argument, for
 * instance {@code kind load image-archive}; without it they must have the images already.
 */
final class GivenCluster implements Cluster {

  private final Path kubeconfig;
  private final Consumer<String> progress;

  private GivenCluster(Path kubeconfig, Consumer<String> progress) {
    this.kubeconfig = kubeconfig;
    this.progress = progress;
  }

  static GivenCluster open(@Nullable String variable, Consumer<String> progress) {
    String path =
        variable == null || variable.isBlank()
            ? Path.of(System.getProperty("user.home"), ".kube", "config").toString()
            : variable;
    if (path.contains(File.pathSeparator)) {
      throw new ClusterException(
          "KUBECONFIG names several files (" + path + "): name the one of the cluster to test on");
    }
    Path file = Path.of(path);
    if (!Files.isReadable(file)) {
      throw new ClusterException(
          "PENSTOCK_E2E_USE_KUBECONFIG=1, but there is no kubeconfig at " + file);
    }
    progress.accept("using the cluster of " + file);
    return new GivenCluster(file, progress);
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public void load(List<Path> archives) {
    String loader = System.getenv("PENSTOCK_E2E_LOAD");
    if (loader == null || loader.isBlank()) {
      progress.accept("PENSTOCK_E2E_LOAD is not set: taking it that the nodes have the images");
      return;
    }
    for (Path archive : archives) {
      List<String> line = new ArrayList<>(List.of(loader.strip().split("\\s+", -1)));
      line.add(archive.toString());
      progress.accept(String.join(" ", line));
      Command.of(line.toArray(String[]::new)).run(progress);
    }
  }

  @Override
  public void keep() {
    // It stays up anyway.
  }

  @Override
  public void close() {
    // It was there before, and it stays.
  }
}
