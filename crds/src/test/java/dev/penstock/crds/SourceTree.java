package dev.penstock.crds;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the tests run in. */
public final class SourceTree {

  private SourceTree() {}

  /** Its top folder: the nearest one above the working directory that holds the test cluster. */
  public static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("crds")) && Files.isDirectory(folder.resolve("e2e"))) {
        return folder;
      }
    }
    throw new IllegalStateException(start + " is in no checkout of Penstock; run the tests in one");
  }
}
