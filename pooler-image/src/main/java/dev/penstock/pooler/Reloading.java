package dev.penstock.pooler;

import dev.penstock.pooler.client.Clients;
import dev.penstock.pooler.config.ConfigurationException;
import dev.penstock.pooler.config.Database;
import dev.penstock.pooler.config.FileWatch;
import dev.penstock.pooler.config.InvalidValueException;
import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.config.PoolerConfigReader;
import dev.penstock.pooler.config.Replaceable;
import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Pools;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts another configuration in force while the process serves: files are read on a thread of its
 * own, and only what can be used as a whole replaces, in one turn of the event loop, what was in
 * force. Thread-safe.
 */
final class Reloading {
  private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);

  /** What connections to servers are made by. */
  private static final List<Setting<?>> OF_SERVER_TLS =
      List.of(
          Settings.SERVER_TLS_SSLMODE,
          Settings.SERVER_TLS_CA_FILE,
          Settings.SERVER_TLS_CERT_FILE,
          Settings.SERVER_TLS_KEY_FILE,
          Settings.SERVER_TLS_PROTOCOLS);

  private final Replaceable<PoolerConfig> config;
  private final Replaceable<LoadedFiles> files;
  private final FileWatch watch;
  private final Pools pools;
  private final Clients clients;
  private final Executor loop;
  private final ReentrantLock oneAtATime = new ReentrantLock();

  Reloading(
      Replaceable<PoolerConfig> config,
      Replaceable<LoadedFiles> files,
      FileWatch watch,
      Pools pools,
      Clients clients,
      Executor loop) {
    this.config = config;
    this.files = files;
    this.watch = watch;
    this.pools = pools;
    this.clients = clients;
    this.loop = loop;
  }

  /** Makes the next configuration of the one in force. */
  @FunctionalInterface
  private interface Change {
    PoolerConfig of(PoolerConfig running) throws ConfigurationException, InvalidValueException;
  }

  /** See {@link dev.penstock.pooler.console.Control#reload}. */
  CompletableFuture<Void> reload() {
    return change(
        running -> {
          PoolerConfig read = PoolerConfigReader.read(running.source());
          for (Setting<?> fixed : read.settings().fixedUnlike(running.settings())) {
            LOG.warn(
                "{} cannot be changed while the pooler runs; it stays \"{}\" until a restart",
                fixed.name(),
                running.settings().written(fixed));
          }
          return read.fixedAsIn(running);
        });
  }

  /** See {@link dev.penstock.pooler.console.Control#set}. */
  CompletableFuture<Void> set(Setting<?> setting, String value) {
    return change(running -> PoolerConfigReader.with(running, setting, value));
  }

  private CompletableFuture<Void> change(Change change) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual().name("reload").start(() -> apply(change, done));
    return done;
  }

  private void apply(Change change, CompletableFuture<Void> done) {
    oneAtATime.lock();
    try {
      PoolerConfig next = change.of(config.get());
      LoadedFiles loaded = LoadedFiles.load(next.settings());
      CompletableFuture.runAsync(() -> install(next, loaded), loop).join();
      done.complete(null);
    } catch (ConfigurationException | InvalidValueException e) {
      LOG.error("the configuration is not changed: {}", e.getMessage());
      done.completeExceptionally(e);
    } catch (RuntimeException e) {
      LOG.error("the configuration could not be put in force", e);
      done.completeExceptionally(e);
    } finally {
      oneAtATime.unlock();
    }
  }

  private void install(PoolerConfig next, LoadedFiles loaded) {
    PoolerConfig before = config.get();
    loaded.watch(watch, files.get());
    config.replace(next);
    files.replace(loaded);
    Verbosity.set(next.settings().get(Settings.VERBOSE));
    boolean tlsDiffers =
        OF_SERVER_TLS.stream()
            .anyMatch(
                setting -> !next.settings().get(setting).equals(before.settings().get(setting)));
    pools.reconfigure(
        next.settings(),
        key -> {
          Database database = next.database(key.database());
          return database == null ? null : next.pool(database, key.user());
        },
        key -> tlsDiffers || leadsElsewhere(before, next, key.database()),
        clients::rejoin);
    pools.databasesAre(name -> next.database(name) != null);
    clients.databasesRemoved(name -> next.database(name) == null);
    LOG.info("the configuration is in force");
  }

  private static boolean leadsElsewhere(PoolerConfig before, PoolerConfig next, String name) {
    Database was = before.database(name);
    Database is = next.database(name);
    return was == null || is == null || !is.leadsTo(was);
  }
}
