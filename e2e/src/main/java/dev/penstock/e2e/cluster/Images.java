package dev.penstock.e2e.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The images of the operator, the pooler, the demo's client and the test's PostgreSQL. */
public final class Images {

  private Images() {}

  /**
   * The archives that the last build made.
   *
   * @throws ClusterException if there was none
   */
  public static List<Path> built() {
    return tool("list", line -> {});
  }

  /**
   * Makes them, which takes a minute at first and seconds later.
   *
   * @param progress is told, in a line each, what takes long
   * @return the archives
   * @throws ClusterException if they cannot be made
   */
  public static List<Path> build(Consumer<String> progress) {
    tool("build", progress);
    return built();
  }

  private static List<Path> tool(String command, Consumer<String> progress) {
    return Command.of(Checkout.file("e2e/images/images").toString(), command).run(progress).stream()
        .map(Path::of)
        .toList();
  }
}
