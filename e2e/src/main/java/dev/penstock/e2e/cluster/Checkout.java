package dev.penstock.e2e.cluster;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that this runs from: the tools and the chart are taken from there. */
public final class Checkout {

  private static final String TOOL = "e2e/cluster/cluster";

  private Checkout() {}

  /**
   * A file of the checkout.
   *
   * @param path relative to its root
   * @throws ClusterException if this does not run inside of a checkout, or the file is not there
   */
  public static Path file(String path) {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isExecutable(folder.resolve(TOOL))) {
        Path file = folder.resolve(path);
        if (!Files.exists(file)) {
          throw new ClusterException("no " + path + " in the checkout at " + folder);
        }
        return file;
      }
    }
    throw new ClusterException(start + " is not inside of a checkout of this project");
  }
}
