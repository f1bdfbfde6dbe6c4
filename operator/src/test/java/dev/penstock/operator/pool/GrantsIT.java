package dev.penstock.operator.pool;

import static dev.penstock.operator.pool.OperatedNamespace.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.contract.Incarnation;
import dev.penstock.crds.ConnectionPoolStatus;
import dev.penstock.crds.InstanceState;
import dev.penstock.crds.LedgerEntry;
import dev.penstock.operator.fleet.SpeakingInstance;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The law at a real API server, with a real database and instances that speak real TLS. */
class GrantsIT {

  private static final String NAMESPACE = "grants";

  /** 100 connections, 3 reserved, 15% headroom. */
  private static final int BUDGET = 82;

  private static final long SAMPLE_NANOS = 500_000;

  @RegisterExtension
  static final OperatedNamespace operated = new OperatedNamespace(NAMESPACE, 100);

  private static final KubernetesClient client = operated.client();
  private static final PoolWorld world = operated.world();
  private static int pools;

  private final List<SpeakingInstance> instances = new ArrayList<>();
  private String pool = "";

  /** Each pool has a server of its own to itself: another address of the same one. */
  @BeforeEach
  void makePool() {
    pool = "pool-" + ++pools;
    world.pool(pool, 3, "127.0.1." + pools, operated.port());
  }

  @AfterEach
  void closeInstances() {
    instances.forEach(SpeakingInstance::close);
  }

  private SpeakingInstance instance(int number) {
    SpeakingInstance instance = world.start(pool, pool + "-" + number, "127.0.2." + number);
    instances.add(instance);
    return instance;
  }

  private List<SpeakingInstance> instances(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(this::instance).toList();
  }

  private static int granted(List<SpeakingInstance> instances) {
    return instances.stream().mapToInt(SpeakingInstance::granted).sum();
  }

  private ConnectionPoolStatus status() {
    return world.status(pool);
  }

  private void awaitShares(Integer... shares) {
    eventually()
        .untilAsserted(
            () ->
                assertThat(instances)
                    .extracting(SpeakingInstance::granted)
                    .containsExactlyInAnyOrder(shares));
  }

  private LedgerEntry line(int number) {
    return world.serverStatus(pool).ledger().stream()
        .filter(line -> line.pod().equals(pool + "-" + number))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tenInstancesGetEightEachAndTwoGetNine() {
    instances(1, 10);
    awaitShares(8, 8, 8, 8, 8, 8, 8, 8, 9, 9);
    eventually()
        .untilAsserted(
            () -> {
              assertThat(status().budget()).isEqualTo(BUDGET);
              assertThat(status().granted()).isEqualTo(BUDGET);
              assertThat(status().instances()).isEqualTo("10/3");
              assertThat(world.condition(pool, "Budgeted")).isEqualTo("True/WithinBudget");
              assertThat(world.condition(pool, "ServerReachable")).isEqualTo("True/Answered");
            });
  }

  @Test
  void whileBusyInstancesComeAndGoTheHeldNeverExceedTheBudget() throws InterruptedException {
    List<SpeakingInstance> three = instances(1, 3);
    three.forEach(instance -> instance.demand(100));
    awaitShares(27, 27, 28);
    AtomicBoolean watching = new AtomicBoolean(true);
    AtomicInteger most = new AtomicInteger();
    List<SpeakingInstance> watched = new CopyOnWriteArrayList<>(three);
    Thread sampler =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (watching.get()) {
                    int held = watched.stream().mapToInt(SpeakingInstance::held).sum();
                    most.accumulateAndGet(held, Math::max);
                    LockSupport.parkNanos(SAMPLE_NANOS);
                  }
                });
    for (int number = 4; number <= 10; number++) {
      SpeakingInstance added = instance(number);
      watched.add(added);
      added.demand(100);
    }
    awaitShares(8, 8, 8, 8, 8, 8, 8, 8, 9, 9);
    for (int number = 3; number <= 10; number++) {
      instances.get(number - 1).demand(0);
      instances.get(number - 1).drain();
    }
    eventually().until(() -> granted(instances.subList(0, 2)) == BUDGET);
    watching.set(false);
    sampler.join();
    assertThat(most.get()).isEqualTo(BUDGET);
  }

  @Test
  void aShareMovesToWhoNeedsItOnlyOnceTheOtherHasLetGo() {
    List<SpeakingInstance> two = instances(1, 2);
    two.getFirst().demand(41);
    two.getLast().holdOnTo(41);
    awaitShares(41, 41);
    two.getFirst().demand(60);
    eventually().until(() -> two.getLast().granted() == 22);
    assertThat(two.getFirst().granted()).isEqualTo(41);
    assertThat(line(2).state()).isEqualTo(InstanceState.Lowering);
    assertThat(line(2).bound()).isEqualTo(41);
    two.getLast().holdOnTo(0);
    eventually().until(() -> two.getFirst().granted() == 60);
  }

  @Test
  void aCleanEndFreesItsShareAtOnce() {
    instances(1, 2);
    awaitShares(41, 41);
    instances.get(1).close();
    world.end(pool + "-2", 0);
    eventually().until(() -> instances.getFirst().granted() == BUDGET);
    assertThat(world.serverStatus(pool).ledger()).hasSize(1);
  }

  @Test
  void anUncleanEndFreesItsShareOnceTheServerShowsNothingOfIt() {
    instances(1, 2);
    awaitShares(41, 41);
    instances.get(1).close();
    world.end(pool + "-2", 137);
    world.vanish(pool + "-2");
    eventually().until(() -> instances.getFirst().granted() == BUDGET);
    assertThat(world.events(pool)).noneMatch(event -> event.getReason().equals("EndNotConfirmed"));
  }

  @Test
  void aRestartedProcessIsAnotherInstanceThatStartsFromNothing() {
    instances(1, 2);
    awaitShares(41, 41);
    SpeakingInstance before = instances.get(1);
    before.close();
    String again = Incarnation.draw(Instant.now()).id();
    try (SpeakingInstance after =
        new SpeakingInstance(world.certificates(pool), "127.0.2.2", before.port(), again)) {
      eventually().until(() -> after.granted() == 41);
      assertThat(after.told()).allMatch(grant -> again.equals(grant.incarnation()));
      assertThat(world.serverStatus(pool).ledger())
          .extracting(line -> line.instance().substring(line.instance().indexOf('/') + 1))
          .containsExactlyInAnyOrder(PoolWorld.incarnation(pool + "-1"), again);
    }
  }

  @Test
  void aSecondReconciliationWritesNothing() {
    instances(1, 2);
    awaitShares(41, 41);
    eventually()
        .until(
            () ->
                status().conditions().stream().anyMatch(c -> c.getReason().equals("WithinBudget")));
    eventually().during(Duration.ofSeconds(3)).until(this::versions, new Unchanged());
  }

  private List<String> versions() {
    return Stream.of(
            client.apps().deployments().inNamespace(NAMESPACE).list().getItems(),
            client.services().inNamespace(NAMESPACE).list().getItems(),
            client.configMaps().inNamespace(NAMESPACE).list().getItems(),
            client.secrets().inNamespace(NAMESPACE).list().getItems(),
            client.policy().v1().podDisruptionBudget().inNamespace(NAMESPACE).list().getItems(),
            List.of(world.get(pool)))
        .flatMap(List::stream)
        .map(HasMetadata.class::cast)
        .filter(resource -> resource.getMetadata().getName().startsWith(pool))
        .map(
            resource ->
                resource.getKind()
                    + "/"
                    + resource.getMetadata().getName()
                    + "@"
                    + resource.getMetadata().getResourceVersion())
        .sorted()
        .toList();
  }

  @Test
  void anotherOperatorContinuesFromTheLedger() {
    instances(1, 2);
    awaitShares(41, 41);
    eventually().until(() -> Objects.equals(status().granted(), BUDGET));
    Long round = status().round();
    operated.stopOperator();
    instances.getFirst().demand(30);
    assertThat(granted(instances)).isEqualTo(BUDGET);
    operated.startOperator();
    instances.getFirst().demand(60);
    eventually().until(() -> instances.getFirst().granted() == 60);
    eventually().untilAsserted(() -> assertThat(status().round()).isGreaterThan(round));
    assertThat(granted(instances)).isEqualTo(BUDGET);
  }

  @Test
  void aDeletedPoolIsReleasedOnceItsInstancesAreGone() {
    instances(1, 1);
    awaitShares(BUDGET);
    client.resource(world.get(pool)).delete();
    eventually()
        .until(
            () -> client.apps().deployments().inNamespace(NAMESPACE).withName(pool).get() == null);
    assertThat(world.exists(pool)).isTrue();
    instances.getFirst().close();
    world.end(pool + "-1", 0);
    world.vanish(pool + "-1");
    eventually().until(() -> !world.exists(pool));
  }
}
