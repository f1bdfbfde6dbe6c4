package dev.penstock.crds;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The Kubernetes programs that {@code e2e/cluster} builds. */
public final class ClusterPrograms {

  private ClusterPrograms() {}

  /**
   * The folder they are in. Builds what is missing or of another version, which takes minutes the
   * first time and nothing after.
   *
   * @throws IllegalStateException if the build fails
   */
  public static Path directory() throws IOException, InterruptedException {
    Path tool = SourceTree.root().resolve("e2e/cluster/cluster");
    Path log = Files.createTempFile("penstock-cluster-build", ".log");
    try {
      Process build =
          new ProcessBuilder(tool.toString(), "build")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      int code = build.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            tool + " build ended with " + code + "\n" + Files.readString(log, UTF_8));
      }
    } finally {
      Files.delete(log);
    }
    return home(System.getenv()).resolve("bin");
  }

  private static Path home(Map<String, String> environment) {
    String home = environment.get("PENSTOCK_CLUSTER_HOME");
    if (home != null && !home.isEmpty()) {
      return Path.of(home);
    }
    String cache = environment.get("XDG_CACHE_HOME");
    Path caches =
        cache != null && !cache.isEmpty()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    return caches.resolve("penstock-cluster");
  }
}
