package dev.penstock.bench.scale;

import dev.penstock.operator.Operator;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The operator as it runs in its image, but for the container around it. */
final class OperatorProcess implements AutoCloseable {

  private static final long STOP_SECONDS = 30;
  private static final int TAIL = 20;

  private final Process process;
  private final Path directory;
  private final Path log;

  /**
   * Starts it.
   *
   * @param flags of its JVM
   */
  OperatorProcess(Config cluster, List<String> flags) throws IOException {
    directory = Files.createTempDirectory("penstock-scale");
    log = directory.resolve("operator.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    // The class path here has the API server's fixture too, with a configuration of its own.
    command.add("-Dlogback.configurationFile=logback.xml");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Operator.class.getName()));
    command.add("--no-leader-election");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBECONFIG",
                kubeconfig(cluster, directory).toString(),
                "OPERATOR_NAMESPACE",
                Cluster.NAMESPACE,
                "POD_NAME",
                "penstock-operator",
                "POOLER_IMAGE",
                Cluster.IMAGE,
                "HTTP_PORT",
                Integer.toString(freePort())));
    process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::remove));
  }

  ProcessFigures figures() throws IOException {
    assertAlive();
    return ProcessFigures.of(process.pid());
  }

  /**
   * Throws with the end of its log once it has ended.
   *
   * @throws IllegalStateException if it has ended
   */
  void assertAlive() throws IOException {
    if (!process.isAlive()) {
      List<String> lines = Files.readAllLines(log);
      throw new IllegalStateException(
          "the operator ended with %d:%n%s"
              .formatted(
                  process.exitValue(),
                  String.join(
                      "\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()))));
    }
  }

  /** Lines of its log that tell of an error or a warning. */
  long complaints() throws IOException {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(" ERROR ") || line.contains(" WARN ")).count();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().onExit().join();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly().onExit().join();
      Thread.currentThread().interrupt();
    }
  }

  /** When this JVM ends, however it does. */
  private void remove() {
    process.destroyForcibly().onExit().join();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }

  private static Path kubeconfig(Config cluster, Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: u, user: {token: "%s"}}]
        contexts: [{name: x, context: {cluster: c, user: u, namespace: default}}]
        current-context: x
        """
            .formatted(cluster.getMasterUrl(), cluster.getCaCertFile(), cluster.getOauthToken()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
