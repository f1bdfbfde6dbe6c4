package dev.penstock.simulation;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import dev.penstock.pooler.config.PoolMode;
import dev.penstock.pooler.config.PoolSettings;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.pool.PoolKey;
import dev.penstock.pooler.pool.Pools;
import dev.penstock.pooler.pool.ServerConnector;
import dev.penstock.pooler.pool.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** One process of a pooler: its pools, its register and the clients that are connected to it. */
final class Instance {

  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(25);

  private static final int KILLED = 137;

  private static final PoolSettings POOL =
      new PoolSettings(
          PoolMode.TRANSACTION,
          100,
          0,
          0,
          0,
          0,
          Duration.ofHours(1),
          Duration.ZERO,
          Duration.ofMinutes(2),
          Duration.ZERO,
          Duration.ZERO);

  private record Poll(long after, Consumer<InstanceReport> answer) {}

  private final String process;
  private final String incarnation;
  private final String address;
  private final Timeline time;
  private final Chance chance;
  private final Pools pools;
  private final InstancePort port;
  private final Set<SimulatedConnection> connections = new LinkedHashSet<>();
  private final Set<SimulatedClient> clients = new LinkedHashSet<>();
  private final List<Poll> polls = new ArrayList<>();
  private int wantedClients;
  private boolean alive = true;
  private boolean draining;
  private int exitCode = KILLED;

  /**
   * Starts.
   *
   * @param process what no other process of the world is called
   * @param incarnation what it calls itself
   */
  Instance(World world, String process, String incarnation, String address) {
    this.process = process;
    this.incarnation = incarnation;
    this.address = address;
    this.time = world.time();
    this.chance = world.chance();
    Rig rig = world.rig();
    ServerConnector connector =
        new ServerConnector() {
          @Override
          public void connect(Slot slot) {
            var connection = new SimulatedConnection(Instance.this, slot, time, chance);
            connections.add(connection);
            slot.attach(rig.connection(slot, connection));
            connection.begin(world.database());
          }

          @Override
          public String server(PoolKey key) {
            return "db";
          }
        };
    this.pools =
        new Pools(
            Settings.defaults(), connector, Runnable::run, time::now, chance, rig.grantAtStart());
    this.port = rig.port(pools, incarnation);
    pools.onChange(() -> time.after(Duration.ZERO, this::look));
    tick();
  }

  String process() {
    return process;
  }

  String incarnation() {
    return incarnation;
  }

  String address() {
    return address;
  }

  boolean isAlive() {
    return alive;
  }

  boolean isDraining() {
    return draining;
  }

  /** Whether {@code /readyz} says so. */
  boolean isReady() {
    return alive && !draining && report().grant() > 0;
  }

  InstanceReport report() {
    return port.report();
  }

  int wantedClients() {
    return wantedClients;
  }

  void forget(SimulatedConnection connection) {
    connections.remove(connection);
  }

  private void tick() {
    time.after(
        TICK,
        () -> {
          if (alive) {
            pools.tick();
            look();
            tick();
          }
        });
  }

  /** So many clients want to be connected from now on. */
  void clients(int wanted) {
    wantedClients = draining ? 0 : wanted;
    while (clients.size() < wantedClients) {
      Pool pool = pools.pool(new PoolKey("shop", chance.percent(70) ? "app" : "batch"), POOL);
      var client = new SimulatedClient(this, pool, time, chance);
      clients.add(client);
      pools.clients(1);
      client.begin();
    }
    List.copyOf(clients).stream()
        .limit(clients.size() - wantedClients)
        .forEach(SimulatedClient::leave);
    look();
  }

  void left(SimulatedClient client) {
    if (clients.remove(client)) {
      pools.clients(-1);
      // More may be wanted again since it was told to leave.
      clients(wantedClients);
    }
    drainIfAlone();
  }

  /** Lets transactions end, ends all connections and then itself. */
  void drain() {
    if (!draining) {
      draining = true;
      clients(0);
      drainIfAlone();
    }
  }

  private void drainIfAlone() {
    if (alive && draining && clients.isEmpty() && !pools.isDraining()) {
      var _ = pools.drain().thenRun(this::exit);
    }
  }

  private void exit() {
    if (alive) {
      alive = false;
      exitCode = 0;
    }
  }

  /** How it ended: 0 once it knows that the server has closed every connection. */
  int exitCode() {
    return exitCode;
  }

  /** Ends at once; its backends are left at the server. */
  void kill() {
    if (alive) {
      alive = false;
      connections.forEach(SimulatedConnection::abandon);
    }
  }

  /** A request for a report has arrived; a poll is held open. */
  void report(long after, Consumer<InstanceReport> answer) {
    Poll poll = new Poll(after, answer);
    polls.add(poll);
    look();
    time.after(
        LONGEST_POLL,
        () -> {
          if (alive && polls.remove(poll)) {
            answer.accept(report());
          }
        });
  }

  /** A request with a grant has arrived. */
  InstanceReport grant(GrantRequest request) {
    InstanceReport report = port.grant(request);
    look();
    return report;
  }

  /** Answers the polls that there is something new for. */
  void look() {
    if (alive && !polls.isEmpty()) {
      InstanceReport report = report();
      for (Poll poll : List.copyOf(polls)) {
        if (poll.after() != report.sequence() && polls.remove(poll)) {
          poll.answer().accept(report);
        }
      }
    }
  }
}
