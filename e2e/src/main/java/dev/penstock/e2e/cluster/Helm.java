package dev.penstock.e2e.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Helm, on one cluster and namespace.
 *
 * @param program Helm itself
 * @param cluster where the chart goes
 * @param namespace is created where it is not there
 * @param progress is told what Helm says
 */
public record Helm(Path program, Cluster cluster, String namespace, Consumer<String> progress) {

  /** The Helm that is built along with the own cluster's programs; elsewhere the one installed. */
  public static Helm of(Cluster cluster, String namespace, Consumer<String> progress) {
    Path program =
        cluster instanceof OwnCluster
            ? OwnCluster.programs(progress).resolve("helm")
            : Path.of("helm");
    return new Helm(program, cluster, namespace, progress);
  }

  /**
   * Installs a chart, or brings the release to what is asked, and waits until all of it is ready.
   *
   * @param values by their path in the chart's values, for instance {@code image.tag}; all strings
   * @throws ClusterException if that fails, or takes longer than {@code atMost}
   */
  public void install(String release, Path chart, Map<String, String> values, Duration atMost) {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(program.toString(), "upgrade", "--install", release, chart.toString()));
    line.addAll(List.of("--namespace", namespace, "--create-namespace", "--wait"));
    line.addAll(List.of("--timeout", atMost.toSeconds() + "s"));
    values.forEach((path, value) -> line.addAll(List.of("--set-string", path + "=" + value)));
    run(line);
  }

  /**
   * Removes a release and waits until its resources are gone.
   *
   * @throws ClusterException if there is none
   */
  public void uninstall(String release, Duration atMost) {
    run(
        List.of(
            program.toString(),
            "uninstall",
            release,
            "--namespace",
            namespace,
            "--wait",
            "--timeout",
            atMost.toSeconds() + "s"));
  }

  private void run(List<String> line) {
    new Command(line, Map.of("KUBECONFIG", cluster.kubeconfig().toString())).run(progress);
  }
}
