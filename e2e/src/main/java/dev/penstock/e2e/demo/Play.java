package dev.penstock.e2e.demo;

import dev.penstock.e2e.client.Ledger;
import dev.penstock.e2e.client.Stats;
import dev.penstock.e2e.sampler.Summary;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is done to the pool while the clients work, one step after the other. Not thread-safe.
 *
 * <p>Each step waits for its state, lets it last for a while under load, and prints its line.
 */
public final class Play {

  /** How long a step may take from the request to its state. */
  public static final Duration BOUND = Duration.ofMinutes(4);

  private static final Duration POLL = Duration.ofMillis(200);

  private final Stage stage;
  private final PrintStream out;
  private final Duration pause;
  private final Instant opened = Instant.now();
  private final List<Step> steps = new ArrayList<>();

  /**
   * A play on a stage.
   *
   * @param pause how long each state lasts before the next step
   */
  public Play(Stage stage, PrintStream out, Duration pause) {
    this.stage = stage;
    this.out = out;
    this.pause = pause;
    out.println(Table.head());
  }

  /** Lets the clients work on the pool as it is. */
  public void begin(int instances) throws TimeoutException, InterruptedException {
    step("clients start", instances, false, Instant.now(), view -> view.settledAt(instances));
  }

  /** Sets the number of instances through the scale subresource, as an autoscaler does. */
  public void scale(int instances) throws TimeoutException, InterruptedException {
    int before = stage.pool().require().getSpec().replicas();
    Instant start = Instant.now();
    stage.scale(instances);
    step(
        before + " → " + instances,
        instances,
        instances > before,
        start,
        view -> view.settledAt(instances));
  }

  /** Restarts the rollout as {@code kubectl rollout restart} does. */
  public void restart() throws TimeoutException, InterruptedException {
    Set<String> old =
        stage.pods().stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
    int instances = stage.pool().require().getSpec().replicas();
    Instant start = Instant.now();
    stage
        .client()
        .apps()
        .deployments()
        .inNamespace(Stage.NAMESPACE)
        .withName(deployment().getMetadata().getName())
        .rolling()
        .restart();
    step(
        "restart",
        instances,
        false,
        start,
        view ->
            view.settledAt(instances)
                && view.instances().stream().noneMatch(one -> old.contains(one.uid())));
  }

  private Deployment deployment() {
    return stage
        .client()
        .apps()
        .deployments()
        .inNamespace(Stage.NAMESPACE)
        .withLabel("penstock.dev/pool", Stage.POOL)
        .list()
        .getItems()
        .getFirst();
  }

  private void step(
      String name, int instances, boolean grew, Instant start, Predicate<PoolView> state)
      throws TimeoutException, InterruptedException {
    stage.observer().await(name, state, BOUND);
    Duration took = Duration.between(start, Instant.now());
    Thread.sleep(pause);
    PoolView view = stage.observer().view().orElseThrow();
    Step step = new Step(name, instances, took, grew, view, stage.sampler().summary(start));
    steps.add(step);
    out.println(Table.row(step));
  }

  /** The steps up to now. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Has the clients end their work, and takes stock. */
  public Findings takeStock() throws SQLException, InterruptedException {
    Stats stats = stage.clients().finish();
    Instant patience = Instant.now().plus(BOUND);
    while (stats.working() > 0 && Instant.now().isBefore(patience)) {
      Thread.sleep(POLL);
      stats = stage.clients().stats();
    }
    Summary server = stage.sampler().summary(opened);
    try (Connection connection = stage.postgres().connect("app")) {
      return new Findings(
          stage.observer().view().map(PoolView::budget).orElse(0),
          stage.observer().highestBounds(),
          server,
          stats,
          stage.clients().restarts(),
          Ledger.read(connection));
    }
  }
}
