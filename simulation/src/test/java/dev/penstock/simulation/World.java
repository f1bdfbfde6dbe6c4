package dev.penstock.simulation;

import dev.penstock.crds.ConnectionPool;
import dev.penstock.crds.DatabaseServer;
import dev.penstock.crds.DatabaseServerStatus;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.probe.ServerFacts;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All there is, in one thread and by one chance. */
public final class World {

  /** A killed process's backends have ended within this time: the server's keep-alive is set. */
  static final Duration SERVER_NOTICES = Duration.ofSeconds(30);

  /** {@code terminationGracePeriodSeconds} of the pools. */
  static final Duration GRACE = Duration.ofSeconds(10);

  /** How late a kubelet may learn that a pod was removed by force. */
  static final Duration KUBELET_NOTICES = Duration.ofSeconds(2);

  /** How far the clock of an operator may be from the true time. */
  static final Duration SKEW = Duration.ofSeconds(2);

  static final int MOST_PODS = 8;
  static final int MOST_OPERATORS = 2;

  /** A server of so few connections still has one for each pod. */
  static final int LEAST_CONNECTIONS = 16;

  /** The operator does not know how long processes of a pool may live on that is no more. */
  private static final Duration LONGEST_GRACE = Duration.ofHours(1);

  private static final Duration QUARANTINE = Duration.ofSeconds(60);
  private static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final DatabaseServer SERVER = server();
  private static final int REMEMBERED = 80;

  private final Chance chance = new Chance();
  private final Rig rig;
  private final Timeline time;
  private final Network network;
  private final Database database;
  private final Law law;
  private final Cluster cluster;
  private final ApiServer api;
  private final Tenants tenants;
  private final List<OperatorHost> operators = new ArrayList<>();
  private final Deque<String> log = new ArrayDeque<>();
  private List<String> lastLines = List.of();
  private int operatorsStarted;
  private int depth;

  World(Rig rig, long seed) {
    this.rig = rig;
    chance.startFrom(seed);
    this.time = new Timeline(this::check);
    this.network = new Network(time, chance);
    this.database = new Database(time, chance, 43);
    this.law = new Law(this);
    this.cluster = new Cluster(this);
    this.tenants = new Tenants(this);
    this.api = new ApiServer(time, chance, SERVER, this::written);
    tenants.missing().forEach(pool -> tenants.add(pool, 2));
    startOperator();
  }

  private static DatabaseServer server() {
    return YAML.unmarshal(
        """
        apiVersion: penstock.dev/v1alpha1
        kind: DatabaseServer
        metadata:
          name: db
          namespace: shop
          uid: db
          resourceVersion: "1"
          generation: 1
        spec:
          server:
            host: db
            port: 5432
            maxConnections: auto
            headroom: 15%
        """,
        DatabaseServer.class);
  }

  Timeline time() {
    return time;
  }

  public Chance chance() {
    return chance;
  }

  Rig rig() {
    return rig;
  }

  Database database() {
    return database;
  }

  Network network() {
    return network;
  }

  public Cluster cluster() {
    return cluster;
  }

  public ApiServer api() {
    return api;
  }

  public List<ConnectionPool> pools() {
    return tenants.all();
  }

  Tenants tenants() {
    return tenants;
  }

  /** The ledger as it is written. */
  List<LedgerEntry> ledger() {
    return Optional.ofNullable(api.current().getStatus())
        .map(DatabaseServerStatus::ledger)
        .orElse(List.of());
  }

  public Duration quarantine() {
    return QUARANTINE;
  }

  /** The true time. */
  Instant wallClock() {
    return BEGINNING.plusNanos(time.now());
  }

  void log(String what) {
    if (log.size() == REMEMBERED) {
      log.removeFirst();
    }
    log.addLast(wallClock() + " " + what);
  }

  /** The last that happened. */
  String trace() {
    return String.join(System.lineSeparator(), log);
  }

  void podsChanged() {
    Cluster.Notice last = cluster.history().getLast();
    log(
        "pod %s: %s%s"
            .formatted(
                last.pod().getMetadata().getUid(), last.state(), last.removed() ? " removed" : ""));
    operators.forEach(OperatorHost::podsChanged);
  }

  private void written(
      String writer, @Nullable ServerFacts knew, DatabaseServer before, DatabaseServer after) {
    List<String> lines = lines(after);
    if (!lines.equals(lastLines)) {
      lastLines = lines;
      log(writer + " wrote " + lines);
    }
    law.written(writer, knew, before, after);
  }

  private static List<String> lines(DatabaseServer server) {
    return server.getStatus().ledger().stream()
        .map(
            line ->
                "%s %d/%d r%d %s"
                    .formatted(
                        line.instance(), line.granted(), line.bound(), line.round(), line.state()))
        .toList();
  }

  private void check() {
    law.check();
  }

  /** Lets a little time pass in the middle of something. */
  void passTime(int deepest) {
    if (depth < deepest && chance.percent(15)) {
      depth++;
      try {
        time.run(chance.between(1, 15), Duration.ofSeconds(2));
      } finally {
        depth--;
      }
    }
  }

  List<OperatorHost> operators() {
    return operators.stream().filter(OperatorHost::isAlive).toList();
  }

  Optional<OperatorHost> operator() {
    return chance.oneOf(operators());
  }

  OperatorHost startOperator() {
    OperatorHost started = new OperatorHost(this, "operator-" + operatorsStarted++, rig::keeper);
    operators.add(started);
    log(started.name() + " starts");
    return started;
  }

  void take(Step step) {
    chance.startFrom(step.salt());
    log(step.kind().name());
    step.kind().take(this);
    check();
    time.run(chance.between(1, 12), Duration.ofSeconds(5));
  }

  /**
   * Ends all faults and waits until all is as it should be.
   *
   * @return why it never was; empty if it came to rest
   */
  Optional<String> settle(long salt) {
    chance.startFrom(salt);
    log("all faults end");
    network.mend();
    cluster.mend();
    database.reachable(true);
    api.failing(0);
    List<OperatorHost> running = operators();
    running.stream().skip(1).forEach(OperatorHost::crash);
    OperatorHost last = running.isEmpty() ? startOperator() : running.getFirst();
    last.crashAfter(-1);
    last.watchLags(false);
    last.skew(Duration.ZERO);
    Optional<String> unrest = unrest();
    if (unrest.isPresent() && tenants.someAreForgotten()) {
      time.run(LONGEST_GRACE);
      unrest = unrest();
    }
    return unrest;
  }

  /**
   * Waits until all is as it should be, or the longest of all waits is over and then some rounds.
   */
  private Optional<String> unrest() {
    Optional<String> unrest = Optional.of("not looked at yet");
    for (int turn = 0; turn < 40 && unrest.isPresent(); turn++) {
      time.run(Duration.ofSeconds(5));
      unrest = law.unrest();
    }
    return unrest;
  }
}
