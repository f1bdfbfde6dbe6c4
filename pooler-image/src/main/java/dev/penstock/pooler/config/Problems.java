package dev.penstock.pooler.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a configuration, so that all of it is said at once. */
final class Problems {

  private final List<String> found = new ArrayList<>();

  void add(Path file, int line, String text) {
    found.add(file + ":" + line + ": " + text);
  }

  void add(Path file, String text) {
    found.add(file + ": " + text);
  }

  void throwIfAny() throws ConfigurationException {
    if (!found.isEmpty()) {
      throw new ConfigurationException(found);
    }
  }
}
