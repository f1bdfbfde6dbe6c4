package dev.penstock.pooler.console;

import dev.penstock.pooler.config.Setting;
import java.util.concurrent.CompletableFuture;

/**
 * What the console may have done to the process. Thread-safe; what it returns completes anywhere.
 */
public interface Control {

  /** How the process may be asked to end. */
  enum Shutdown {
    /** At once. */
    IMMEDIATE,
    /** When no transaction is under way any more; nobody is let in, or served, meanwhile. */
    WAIT_FOR_SERVERS,
    /** When all clients have left; nobody is let in meanwhile. */
    WAIT_FOR_CLIENTS
  }

  /** Ends the process. */
  void shutdown(Shutdown mode);

  /**
   * Reads the configuration file again, and puts it in force.
   *
   * @return completes exceptionally, with a message for people, when it cannot be used; nothing has
   *     changed then
   */
  CompletableFuture<Void> reload();

  /**
   * Changes one setting until the next reload.
   *
   * @param setting a reloadable one
   * @return as {@link #reload}
   */
  CompletableFuture<Void> set(Setting<?> setting, String value);
}
