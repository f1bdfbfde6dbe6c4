package dev.penstock.pooler;

import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.console.Control;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the console may have done to the process.
 *
 * @param ending how the process ends; null as long as it starts
 */
record ConsoleControl(Reloading reloading, Supplier<@Nullable Ending> ending) implements Control {

  @Override
  public CompletableFuture<Void> reload() {
    return reloading.reload();
  }

  @Override
  public CompletableFuture<Void> set(Setting<?> setting, String value) {
    return reloading.set(setting, value);
  }

  @Override
  public void shutdown(Shutdown mode) {
    Ending known = ending.get();
    if (known != null) {
      // To close a listener is to wait for it.
      Thread.ofVirtual().name("shutdown").start(() -> known.shutdown(mode));
    }
  }
}
