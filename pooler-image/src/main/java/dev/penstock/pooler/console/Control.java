package dev.penstock.pooler.console;

import dev.penstock.pooler.config.Setting;
import java.util.concurrent.CompletableFuture;

/**
 * What the console may have done to the process. Thread-safe; what it returns completes anywhere.
 */
public interface Control {

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
