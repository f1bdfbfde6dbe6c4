package dev.penstock.pooler;

import dev.penstock.pooler.config.ConfigurationException;
import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.config.PoolerConfigReader;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.console.AdminConsole;
import dev.penstock.pooler.pool.Holds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Parameters;

/**
 * The program: {@code java -jar pooler.jar pgbouncer.ini}.
 *
 * <p>SIGHUP reads the configuration again; SIGUSR1 pauses all databases, and SIGUSR2 resumes them.
 * SIGTERM and SIGINT drain, a second one quits at once. Exit status 0 after a drain that left
 * nothing open, 1 after one that failed or for a configuration that cannot be used, 2 for a wrong
 * command line.
 */
@Command(
    name = "pooler",
    mixinStandardHelpOptions = true,
    versionProvider = Pooler.Version.class,
    description = "Pools PostgreSQL connections as PgBouncer does, within a grant.")
public final class Pooler implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Pooler.class);
  private static final int UNLIMITED = Integer.MAX_VALUE;

  @Parameters(paramLabel = "CONFIG", description = "A configuration file: pgbouncer.ini.")
  private Path file = Path.of("pgbouncer.ini");

  /** The version of the build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      // What SHOW VERSION says: tools compare the two.
      return new String[] {AdminConsole.version(number())};
    }

    static String number() {
      String built = Pooler.class.getPackage().getImplementationVersion();
      return Objects.requireNonNullElse(built, "(not packaged)");
    }
  }

  /** Runs the program. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) {
    // An instance has just the file. Picocli's classes are of a format that no ahead-of-time cache
    // takes, and to load them would be a good part of its start.
    if (arguments.length == 1 && !arguments[0].startsWith("-") && !arguments[0].startsWith("@")) {
      Pooler pooler = new Pooler();
      pooler.file = Path.of(arguments[0]);
      return pooler.call();
    }
    return new CommandLine(new Pooler()).execute(arguments);
  }

  /**
   * Starts a pooler; with {@code penstock_fleet_listen} it begins with a grant of 0 and waits for
   * the operator, without it there is no limit but the pools' own.
   *
   * @throws ConfigurationException when a file that the configuration names cannot be used
   * @throws IOException when a port cannot be listened on
   */
  public static RunningPooler start(PoolerConfig config)
      throws ConfigurationException, IOException {
    boolean granted = config.settings().get(Settings.PENSTOCK_FLEET_LISTEN).isPresent();
    return RunningPooler.start(config, granted ? 0 : UNLIMITED);
  }

  @Override
  public Integer call() {
    RunningPooler pooler;
    try {
      PoolerConfig config = PoolerConfigReader.read(file);
      Verbosity.set(config.settings().get(Settings.VERBOSE));
      pooler = start(config);
    } catch (ConfigurationException | IOException | UnsupportedOperationException e) {
      System.err.println(e.getMessage());
      return 1;
    }
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    AtomicBoolean draining = new AtomicBoolean();
    for (String signal : new String[] {"TERM", "INT"}) {
      Signals.handle(signal, name -> signalled(name, pooler, draining, ended));
    }
    Signals.handle("HUP", name -> reload(name, pooler));
    Signals.handle("USR1", name -> pooler.administer(holds -> pause(name, holds)));
    Signals.handle("USR2", name -> pooler.administer(holds -> resume(name, holds)));
    var _ = pooler.ended().thenAccept(ended::complete);
    int status = ended.join();
    pooler.close();
    return status;
  }

  private static void reload(String name, RunningPooler pooler) {
    LOG.info("SIG{}: reading the configuration again", name);
    // What comes of it is logged.
    var _ = pooler.reload();
  }

  private static void pause(String name, Holds holds) {
    if (holds.isPaused() || holds.isSuspended()) {
      LOG.warn("SIG{}: already suspended/paused", name);
      return;
    }
    LOG.info("SIG{}: pausing all databases", name);
    var _ = holds.pause();
  }

  private static void resume(String name, Holds holds) {
    LOG.info("SIG{}: resuming all databases", name);
    holds.resumeAll();
  }

  private static void signalled(
      String name, RunningPooler pooler, AtomicBoolean draining, CompletableFuture<Integer> ended) {
    if (!draining.compareAndSet(false, true)) {
      LOG.warn("SIG{} again: quitting at once", name);
      Runtime.getRuntime().halt(1);
    }
    LOG.info("SIG{}: no new clients; waiting for transactions to end", name);
    var _ =
        pooler
            .drain()
            .whenComplete(
                (_, failure) -> {
                  if (failure == null) {
                    LOG.info("all connections are closed");
                    ended.complete(0);
                  } else {
                    // Whoever counts the connections takes 0 as the word that none is left.
                    LOG.error("the drain failed", failure);
                    ended.complete(1);
                  }
                });
  }
}
