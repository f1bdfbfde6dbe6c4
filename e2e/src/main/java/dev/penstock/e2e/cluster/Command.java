package dev.penstock.e2e.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A program run to its end.
 *
 * @param line the program and its arguments
 * @param environment what is added to this process's environment
 */
record Command(List<String> line, Map<String, String> environment) {

  private static final int TOLD_OF_A_FAILURE = 20;

  Command {
    line = List.copyOf(line);
    environment = Map.copyOf(environment);
  }

  static Command of(String... line) {
    return new Command(List.of(line), Map.of());
  }

  Command with(String name, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return new Command(line, more);
  }

  /**
   * Runs it.
   *
   * @param progress is told each line of its standard error as it comes
   * @return the lines of its standard output
   * @throws ClusterException if it cannot be started, or ends with another code than 0
   */
  List<String> run(Consumer<String> progress) {
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    ArrayDeque<String> last = new ArrayDeque<>();
    List<String> output = new ArrayList<>();
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      Thread errors =
          Thread.ofVirtual()
              .start(
                  () ->
                      lines(
                          process.errorReader(StandardCharsets.UTF_8),
                          text -> {
                            progress.accept(text);
                            last.add(text);
                            if (last.size() > TOLD_OF_A_FAILURE) {
                              last.remove();
                            }
                          }));
      lines(process.inputReader(StandardCharsets.UTF_8), output::add);
      int code = process.waitFor();
      errors.join();
      if (code != 0) {
        throw new ClusterException(
            "%s ended with %d:%n%s"
                .formatted(
                    String.join(" ", line), code, String.join(System.lineSeparator(), last)));
      }
      return output;
    } catch (IOException e) {
      throw new ClusterException("cannot run " + line.getFirst() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while running " + line.getFirst(), e);
    }
  }

  private static void lines(BufferedReader reader, Consumer<String> each) {
    reader.lines().forEach(each);
  }
}
