package dev.penstock.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.e2e.client.Ledger;
import dev.penstock.e2e.client.Stats;
import dev.penstock.e2e.demo.Play;
import dev.penstock.e2e.demo.PoolObserver;
import dev.penstock.e2e.demo.PoolView;
import dev.penstock.e2e.demo.Stage;
import dev.penstock.e2e.sampler.Sampler;
import dev.penstock.e2e.sampler.Summary;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * One fault, done to the pool while clients work: what was counted before it and after, and what
 * must hold of that. Not thread-safe.
 */
final class Trial implements AutoCloseable {

  /**
   * What is set before the first fault: pods that are gone for good soon after they were deleted.
   */
  private static final String SETTINGS =
      """
      {"spec": {"template": {"terminationGracePeriodSeconds": 15}}}
      """;

  private final Stage stage;
  private final FaultTable table;
  private final String scenario;
  private final PoolObserver observer;
  private final Instant start = Instant.now();
  private final Stats before;
  private final int restartsBefore;
  private final int budget;
  private Instant hurt = Instant.now();

  private Trial(Stage stage, FaultTable table, String scenario, PoolObserver observer, int budget) {
    this.stage = stage;
    this.table = table;
    this.scenario = scenario;
    this.observer = observer;
    this.budget = budget;
    this.before = stage.clients().stats();
    this.restartsBefore = stage.clients().restarts();
  }

  /** Sees to it that clients work, and that so many instances serve with all of the budget. */
  static Trial begin(Stage stage, FaultTable table, String scenario, int instances)
      throws Exception {
    stage.clientsAtWork();
    patch(stage, SETTINGS);
    stage.scale(instances);
    PoolObserver observer = new PoolObserver(stage.client(), Stage.NAMESPACE, Stage.POOL);
    PoolView view =
        observer
            .await(
                scenario + ", before it",
                one -> one.settledAt(instances) && one.healthy(),
                Play.BOUND)
            .view();
    Trial trial = new Trial(stage, table, scenario, observer, view.budget());
    trial.worksOn();
    return trial;
  }

  /** Changes the pool by a JSON merge patch. */
  static void patch(Stage stage, String json) {
    stage.pool().patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  /** Says that the fault is done now: the time to converge counts from here. */
  void hurtsNow() {
    hurt = Instant.now();
  }

  /** Waits for a state of the pool. */
  PoolView await(String what, Predicate<PoolView> state)
      throws TimeoutException, InterruptedException {
    return observer.await(scenario + ": " + what, state, Play.BOUND).view();
  }

  /** What the pool may use when the trial begins. */
  int budget() {
    return budget;
  }

  PoolObserver observer() {
    return observer;
  }

  /** Waits until clients have done transactions that they have not done before. */
  void worksOn() throws InterruptedException, TimeoutException {
    long done = stage.clients().stats().done();
    Instant patience = Instant.now().plus(Play.BOUND);
    while (stage.clients().stats().done() < done + 50) {
      if (Instant.now().isAfter(patience)) {
        throw new TimeoutException(scenario + ": the clients have come to a halt");
      }
      Thread.sleep(Duration.ofMillis(100));
    }
  }

  /**
   * Waits until all is well again, adds the row, and asserts the law, the accounts and how many
   * transactions failed.
   *
   * @param instances how many there must be
   * @param mostFailed how many transactions the fault may have cut
   */
  void convergesTo(int instances, long mostFailed) throws Exception {
    convergesTo(instances + " instances", view -> view.settledAt(instances), mostFailed, budget);
  }

  /** The same with a state of one's own, and another budget that was the largest of the time. */
  void convergesTo(String what, Predicate<PoolView> state, long mostFailed, int largestBudget)
      throws Exception {
    PoolView converged = await(what, view -> view.healthy() && state.test(view));
    Instant convergedAt = Instant.now();
    worksOn();
    Summary afterwards = samples(convergedAt);
    Stats after = stage.clients().stats();
    Summary server = stage.sampler().summary(start);
    long failed = after.failed() - before.failed();
    table.add(
        new FaultTable.Row(
            scenario,
            server,
            largestBudget,
            failed,
            after.retried() - before.retried(),
            Duration.between(hurt, convergedAt)));
    after
        .failuresSince(before)
        .forEach((how, count) -> System.out.println("    " + count + " x " + how));
    assertThat(server.peak())
        .as("%s: connections at %s", scenario, server.peakAt())
        .isPositive()
        .isLessThanOrEqualTo(largestBudget);
    assertThat(server.keptItsRate()).as("%s: %s", scenario, server).isTrue();
    assertThat(afterwards.peak())
        .as("%s: connections at %s, once it had converged", scenario, afterwards.peakAt())
        .isPositive()
        .isLessThanOrEqualTo(converged.budget());
    assertThat(observer.highestBounds())
        .as("%s: the sum of the bounds", scenario)
        .isLessThanOrEqualTo(largestBudget);
    assertThat(stage.clients().restarts()).isEqualTo(restartsBefore);
    assertThat(failed)
        .as("%s: transactions failed: %s", scenario, after.failuresSince(before))
        .isLessThanOrEqualTo(mostFailed);
    assertTheAccountsAreRight();
  }

  /** What the server has in the second that begins then. */
  private Summary samples(Instant from) throws InterruptedException, TimeoutException {
    Instant patience = Instant.now().plus(Play.BOUND);
    while (stage.sampler().summary(from).samples() < 10) {
      if (Instant.now().isAfter(patience)) {
        throw new TimeoutException(scenario + ": the sampler has come to a halt");
      }
      Thread.sleep(Sampler.PERIOD);
    }
    return stage.sampler().summary(from);
  }

  private void assertTheAccountsAreRight() throws Exception {
    Stats counted = stage.clients().stats();
    Ledger ledger;
    try (Connection connection = stage.postgres().connect("app")) {
      ledger = Ledger.read(connection);
    }
    Stats later = stage.clients().stats();
    assertThat(ledger.balances()).as("%s: %s", scenario, ledger).isTrue();
    assertThat(ledger.transfers())
        .as("%s: transfers recorded, against those that clients know to be done", scenario)
        .isBetween(counted.done(), later.done() + later.failed() + stage.load().total());
  }

  @Override
  public void close() {
    observer.close();
  }
}
