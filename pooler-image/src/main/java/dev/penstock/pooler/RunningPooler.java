package dev.penstock.pooler;

import dev.penstock.contract.Addressee;
import dev.penstock.contract.Incarnation;
import dev.penstock.pooler.auth.KeyDerivation;
import dev.penstock.pooler.client.ClientListener;
import dev.penstock.pooler.client.Clients;
import dev.penstock.pooler.client.Service;
import dev.penstock.pooler.config.ConfigurationException;
import dev.penstock.pooler.config.FileWatch;
import dev.penstock.pooler.config.ListenAddress;
import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.config.Replaceable;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.console.AdminConsole;
import dev.penstock.pooler.console.Inside;
import dev.penstock.pooler.fleet.CancelCounters;
import dev.penstock.pooler.fleet.FleetEndpoint;
import dev.penstock.pooler.fleet.HttpEndpoint;
import dev.penstock.pooler.pool.Grantable;
import dev.penstock.pooler.pool.Holds;
import dev.penstock.pooler.pool.Pools;
import dev.penstock.pooler.pool.Statistics;
import dev.penstock.pooler.prepared.Statements;
import dev.penstock.pooler.server.Cancels;
import dev.penstock.pooler.server.Connector;
import dev.penstock.pooler.server.Credentials;
import dev.penstock.pooler.server.EventLoops;
import dev.penstock.pooler.wire.BackendKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pooler that serves clients. Thread-safe.
 *
 * <p>A drain lets transactions end and sends idle clients away with SQLSTATE 57P01; {@link #close}
 * does not wait for it.
 */
public final class RunningPooler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningPooler.class);
  private static final long TICK_MILLIS = 100;

  private final EventLoops loops;
  private final FileWatch watch;
  private final KeyDerivation derivation;
  private final Pools pools;
  private final Clients clients;
  private final ClientListener listener;
  private final AtomicReference<@Nullable FleetEndpoint> fleet;
  private final Incarnation incarnation;
  private final CancelCounters cancels = new CancelCounters();
  private final Reloading reloading;
  private final Ending ending;
  private @Nullable HttpEndpoint http;

  private RunningPooler(
      EventLoops loops,
      FileWatch watch,
      KeyDerivation derivation,
      Pools pools,
      Clients clients,
      ClientListener listener,
      AtomicReference<@Nullable FleetEndpoint> fleet,
      Incarnation incarnation,
      Reloading reloading,
      Ending ending) {
    this.loops = loops;
    this.watch = watch;
    this.derivation = derivation;
    this.pools = pools;
    this.clients = clients;
    this.listener = listener;
    this.fleet = fleet;
    this.incarnation = incarnation;
    this.reloading = reloading;
    this.ending = ending;
  }

  /**
   * Starts to serve clients.
   *
   * @param grant the most server connections to begin with
   * @throws ConfigurationException when a file that the configuration names cannot be used
   * @throws IOException when a port cannot be listened on
   */
  static RunningPooler start(PoolerConfig config, int grant)
      throws ConfigurationException, IOException {
    Settings settings = config.settings();
    Replaceable<PoolerConfig> current = new Replaceable<>(config);
    Replaceable<LoadedFiles> files = new Replaceable<>(LoadedFiles.load(settings));
    FileWatch watch = FileWatch.start(FileWatch.USUAL_INTERVAL);
    files.get().watch(watch);
    KeyDerivation derivation = new KeyDerivation();
    EventLoops loops = EventLoops.start(settings.get(Settings.PENSTOCK_TRANSPORT));
    Credentials credentials = new Credentials(() -> files.get().users().get());
    Connector connector =
        new Connector(current, loops, credentials, derivation, () -> files.get().towardsServers());
    Pools pools =
        new Pools(
            settings, connector, loops.loop(), System::nanoTime, new SplittableRandom(), grant);
    Incarnation incarnation = Incarnation.draw(Instant.now());
    Cancels cancels = new Cancels(connector);
    Clients clients =
        new Clients(
            new Service(
                current,
                pools,
                credentials,
                () -> files.get().hba().get(),
                derivation,
                () -> files.get().towardsClients(),
                cancels,
                new Statements()),
            BackendKey.instanceOf(incarnation.id()));
    AtomicReference<@Nullable FleetEndpoint> fleet = new AtomicReference<>();
    AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    Reloading reloading = new Reloading(current, files, watch, pools, clients, loops.loop());
    AdminConsole console =
        new AdminConsole(
            new Inside(
                current,
                () -> files.get().users().get(),
                pools,
                clients,
                cancels,
                () -> round(fleet.get()),
                incarnation.id(),
                Pooler.Version.number()),
            new ConsoleControl(reloading, ending::get));
    clients.answerBy(console);
    ClientListener listener;
    try {
      listener = ClientListener.open(settings, loops, clients);
    } catch (IOException e) {
      watch.close();
      derivation.close();
      loops.close();
      throw e;
    }
    var _ =
        loops
            .loop()
            .scheduleWithFixedDelay(
                () -> tick(pools, clients, console),
                TICK_MILLIS,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    Ending end = new Ending(current, listener, clients, pools, loops.loop());
    ending.set(end);
    RunningPooler pooler =
        new RunningPooler(
            loops, watch, derivation, pools, clients, listener, fleet, incarnation, reloading, end);
    try {
      pooler.openPorts(settings);
    } catch (ConfigurationException | IOException e) {
      pooler.close();
      throw e;
    }
    return pooler;
  }

  /**
   * Completes when the console has asked for the end and nothing more is to be waited for.
   *
   * @return the status to exit with: 0 only when no server connection is left, or no operator
   *     counts them
   */
  public CompletableFuture<Integer> ended() {
    return ending.ended();
  }

  /** The round of the grant in force, 0 before the first. */
  private static long round(@Nullable FleetEndpoint fleet) {
    return fleet == null ? 0 : fleet.round();
  }

  private void openPorts(Settings settings) throws ConfigurationException, IOException {
    if (settings.get(Settings.PENSTOCK_FLEET_LISTEN).isPresent()) {
      FleetEndpoint opened =
          FleetEndpoint.start(
              settings,
              new FleetEndpoint.Instance(
                  incarnation,
                  Objects.requireNonNullElse(System.getenv(Addressee.ENVIRONMENT), ""),
                  pools,
                  this::cancel,
                  cancels),
              watch);
      clients.otherwiseCancel(opened::passOn);
      fleet.set(opened);
    }
    Optional<ListenAddress> address = settings.get(Settings.PENSTOCK_HTTP_LISTEN);
    if (address.isPresent()) {
      http =
          HttpEndpoint.start(
              address.get(), pools, pools, () -> round(fleet.get()), cancels, ending::isListening);
    }
  }

  /** Another instance passes a client's cancel request on. */
  private CompletableFuture<Boolean> cancel(BackendKey key) {
    CompletableFuture<Boolean> matched = new CompletableFuture<>();
    loops
        .loop()
        .execute(
            () -> {
              if (!clients.cancelHere(key, () -> matched.complete(true))) {
                matched.complete(false);
              }
            });
    return matched;
  }

  private static void tick(Pools pools, Clients clients, AdminConsole console) {
    try {
      pools.tick();
      clients.tick();
      console.tick();
    } catch (RuntimeException e) {
      // One that escaped would silently end all timeouts.
      LOG.error("a timeout could not be handled", e);
    }
  }

  /** Where clients connect, with the port that was bound. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /** The plain port of probes and metrics, null when there is none. */
  public @Nullable InetSocketAddress httpAddress() {
    HttpEndpoint plain = http;
    return plain == null ? null : plain.address();
  }

  /** The operator's port, null when there is none. */
  public @Nullable InetSocketAddress fleetAddress() {
    FleetEndpoint operators = fleet.get();
    return operators == null ? null : operators.address();
  }

  /** The grant. */
  public Grantable grantable() {
    return pools;
  }

  /** The figures for metrics. */
  public Statistics statistics() {
    return pools;
  }

  /**
   * Reads the configuration again and puts it in force; no client is dropped whose database is
   * still there.
   *
   * @return completes exceptionally when it cannot be used, which is logged; nothing has changed
   *     then
   */
  public CompletableFuture<Void> reload() {
    return reloading.reload();
  }

  /** Has all databases held up, or served again; {@code action} is called on the event loop. */
  void administer(Consumer<Holds> action) {
    loops.loop().execute(() -> action.accept(pools.holds()));
  }

  /**
   * Stops accepting clients, lets transactions end for as long as {@code penstock_drain_timeout}
   * says, and ends the server connections.
   *
   * @return completes when the last client has gone and the servers have closed every connection
   */
  public CompletableFuture<Void> drain() {
    return ending.drain();
  }

  /** Drops every connection. */
  @Override
  public void close() {
    ending.stopListening();
    FleetEndpoint operators = fleet.get();
    if (operators != null) {
      operators.close();
    }
    HttpEndpoint plain = http;
    if (plain != null) {
      plain.close();
    }
    loops.close();
    watch.close();
    derivation.close();
  }
}
