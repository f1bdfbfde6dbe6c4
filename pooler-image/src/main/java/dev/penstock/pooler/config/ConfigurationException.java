package dev.penstock.pooler.config;

import java.nio.file.Path;
import java.util.List;

/** A configuration that cannot be used. The message has one line for each problem. */
public final class ConfigurationException extends Exception {

  private final List<String> problems;

  ConfigurationException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** One problem with one file. */
  public ConfigurationException(Path file, String problem, Throwable cause) {
    this(List.of(file + ": " + problem));
    initCause(cause);
  }

  /** All that is wrong, each with its file and, where there is one, its line. */
  public List<String> problems() {
    return problems;
  }
}
