package dev.penstock.pooler;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much is logged: {@code verbose}. */
final class Verbosity {
  private static final String OWN = "dev.penstock";

  private Verbosity() {}

  /**
   * Logs more of what the pooler does from 1 on, and of the libraries it is built on from 2 on.
   *
   * @param level of {@code verbose}, 0 to 3
   */
  static void set(int level) {
    log(OWN, level >= 1 ? Level.DEBUG : Level.INFO);
    log(org.slf4j.Logger.ROOT_LOGGER_NAME, level >= 2 ? Level.DEBUG : Level.INFO);
  }

  private static void log(String name, Level level) {
    ((Logger) LoggerFactory.getLogger(name)).setLevel(level);
  }
}
