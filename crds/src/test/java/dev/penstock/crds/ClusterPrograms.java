package dev.penstock.crds;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The programs that {@code e2e/cluster} builds: those of Kubernetes, and helm. */
public final class ClusterPrograms {

  private static @Nullable Path checked;

  private ClusterPrograms() {}

  /**
   * The folder they are in. Builds what is missing or of another version, which takes minutes the
   * first time; checked once in a JVM. Thread-safe.
   *
   * @throws IllegalStateException if the build fails
   */
  public static synchronized Path directory() throws IOException, InterruptedException {
    if (checked == null) {
      Path tool = SourceTree.root().resolve("e2e/cluster/cluster");
      run(tool, "build");
      checked = Path.of(run(tool, "bin").strip());
    }
    return checked;
  }

  /**
   * Runs a program to its end, and returns what it printed.
   *
   * @throws IllegalStateException with all output if it fails
   */
  public static String run(Path program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("penstock-program", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            command + " ended with " + code + "\n" + output + Files.readString(errors));
      }
      return output;
    } finally {
      Files.delete(errors);
    }
  }
}
