package dev.penstock.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.config.PoolMode;
import dev.penstock.pooler.config.PoolSettings;
import dev.penstock.pooler.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PoolsTest {
  private static final Welcome WELCOME = new Welcome(Map.of("server_version", "18"));

  private long nanos = 1_000_000_000_000L;
  private final List<FakeServer> servers = new ArrayList<>();
  private final Pools pools = pools(Settings.defaults());

  private Pools pools(Settings settings) {
    return new Pools(
        settings,
        slot -> {
          FakeServer server = new FakeServer(slot);
          slot.attach(server);
          servers.add(server);
        },
        Runnable::run,
        () -> nanos,
        Integer.MAX_VALUE);
  }

  /** A server connection that does what the test says. */
  private static final class FakeServer implements Backend {
    final Slot slot;
    boolean checked;

    FakeServer(Slot slot) {
      this.slot = slot;
    }

    @Override
    public void terminate(String reason) {
      slot.closing();
    }

    @Override
    public void check() {
      checked = true;
    }

    void logIn() {
      slot.loggedIn(WELCOME);
    }
  }

  /** A client that notes what it is told. */
  private final class FakeClient implements Waiter {
    final long since = nanos;
    @Nullable Slot served;
    @Nullable Refusal refused;
    boolean welcomed;

    Slot slot() {
      return Objects.requireNonNull(served, "not served");
    }

    Refusal refusal() {
      return Objects.requireNonNull(refused, "not refused");
    }

    @Override
    public void serve(Slot slot) {
      served = slot;
    }

    @Override
    public void welcome(Welcome welcome) {
      welcomed = true;
    }

    @Override
    public void refuse(Refusal refusal) {
      refused = refusal;
    }

    @Override
    public long waitingSince() {
      return since;
    }
  }

  private static PoolSettings settings(int size) {
    return new PoolSettings(
        PoolMode.TRANSACTION,
        size,
        0,
        0,
        0,
        0,
        Duration.ofHours(1),
        Duration.ZERO,
        Duration.ofMinutes(2),
        Duration.ZERO,
        Duration.ZERO);
  }

  private Pool pool(String user, int size) {
    return pools.pool(new PoolKey("db", user), settings(size));
  }

  private FakeClient acquire(Pool pool) {
    FakeClient client = new FakeClient();
    pool.acquire(client);
    return client;
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    pools.tick();
  }

  private void grant(int connections) {
    assertThat(pools.grant(connections).join().grant()).isEqualTo(connections);
  }

  private Usage usage() {
    return pools.usage().join();
  }

  private List<FakeServer> in(Slot.State state) {
    return servers.stream().filter(server -> server.slot.state() == state).toList();
  }

  @Test
  void aPoolOpensNoMoreThanItsSizeAndServesInOrder() {
    Pool pool = pool("a", 2);
    FakeClient first = acquire(pool);
    FakeClient second = acquire(pool);
    FakeClient third = acquire(pool);
    assertThat(servers).hasSize(2);
    servers.forEach(FakeServer::logIn);
    assertThat(first.served).isNotNull();
    assertThat(second.served).isNotNull();
    assertThat(third.served).isNull();

    second.slot().released();

    assertThat(third.served).isSameAs(second.served);
    assertThat(usage().waiting()).isZero();
  }

  @Test
  void aConnectionCountsFromBeforeItIsOpenedUntilTheServerHasClosedIt() {
    Pool pool = pool("a", 1);
    acquire(pool);
    assertThat(usage().connecting()).isEqualTo(1);
    servers.getFirst().logIn();
    assertThat(usage().active()).isEqualTo(1);
    servers.getFirst().slot.released();
    assertThat(usage().idle()).isEqualTo(1);
    grant(0);
    assertThat(usage().closing()).isEqualTo(1);
    assertThat(usage().held()).isEqualTo(1);
    servers.getFirst().slot.gone();
    assertThat(usage().held()).isZero();
  }

  @Test
  void aLoweredGrantTakesIdleConnectionsAtOnceAndBusyOnesWhenReleased() {
    Pool pool = pool("a", 4);
    List<FakeClient> clients = List.of(acquire(pool), acquire(pool), acquire(pool), acquire(pool));
    servers.forEach(FakeServer::logIn);
    clients.get(0).slot().released();
    clients.get(1).slot().released();

    grant(1);

    assertThat(in(Slot.State.CLOSING)).hasSize(2);
    clients.get(2).slot().released();
    assertThat(in(Slot.State.CLOSING)).hasSize(3);
    clients.get(3).slot().released();
    assertThat(in(Slot.State.IDLE)).hasSize(1);
  }

  @Test
  void aConnectionThatLogsInAfterTheGrantWasLoweredIsClosed() {
    acquire(pool("a", 1));
    grant(0);
    servers.getFirst().logIn();
    assertThat(in(Slot.State.CLOSING)).hasSize(1);
    assertThat(usage().waiting()).isEqualTo(1);
  }

  @Test
  void nothingIsOpenedInPlaceOfAConnectionThatHasNotGone() {
    grant(1);
    Pool first = pool("a", 5);
    FakeClient holder = acquire(first);
    servers.getFirst().logIn();
    holder.slot().released();

    acquire(pool("b", 5));

    assertThat(in(Slot.State.CLOSING)).hasSize(1);
    assertThat(servers).hasSize(1);
    servers.getFirst().slot.gone();
    assertThat(servers).hasSize(2);
    assertThat(servers.getLast().slot.pool().key().user()).isEqualTo("b");
  }

  @Test
  void aRaisedGrantGoesToThePoolWhoseClientHasWaitedLongest() {
    grant(0);
    acquire(pool("late", 5));
    nanos -= Duration.ofSeconds(1).toNanos();
    FakeClient earlier = new FakeClient();
    nanos += Duration.ofSeconds(1).toNanos();
    pool("early", 5).acquire(earlier);

    grant(1);

    assertThat(servers).hasSize(1);
    assertThat(servers.getFirst().slot.pool().key().user()).isEqualTo("early");
  }

  @Test
  void aBusyPoolYieldsToOneThatHasNothingButDoesNotGiveMoreThanItsShare() {
    grant(2);
    Pool busy = pool("busy", 5);
    FakeClient first = acquire(busy);
    FakeClient second = acquire(busy);
    servers.forEach(FakeServer::logIn);
    Pool starved = pool("starved", 5);
    acquire(starved);
    acquire(starved);
    nanos += 1;
    FakeClient third = acquire(busy);

    first.slot().released();
    second.slot().released();

    assertThat(in(Slot.State.CLOSING)).hasSize(1);
    assertThat(third.served).isSameAs(second.served);
  }

  @Test
  void evictionTakesTheConnectionUsedLongestAgo() {
    grant(2);
    FakeClient first = acquire(pool("a", 1));
    servers.getLast().logIn();
    FakeClient second = acquire(pool("b", 1));
    servers.getLast().logIn();
    second.slot().released();
    nanos += 1;
    first.slot().released();

    acquire(pool("c", 1));

    assertThat(second.slot().state()).isEqualTo(Slot.State.CLOSING);
    assertThat(first.slot().state()).isEqualTo(Slot.State.IDLE);
  }

  @Test
  void aWaitEndsAtItsLimit() {
    grant(0);
    FakeClient client = acquire(pool("a", 1));
    pass(Duration.ofSeconds(119));
    assertThat(client.refused).isNull();
    pass(Duration.ofSeconds(1));
    assertThat(client.refused).isEqualTo(new Refusal("57014", "query_wait_timeout"));
    assertThat(usage().waiting()).isZero();
  }

  @Test
  void idleAndOldConnectionsAreClosedInTime() {
    Pool pool = pool("a", 2);
    FakeClient first = acquire(pool);
    servers.getFirst().logIn();
    first.slot().released();
    pass(Duration.ofSeconds(599));
    assertThat(in(Slot.State.IDLE)).hasSize(1);
    pass(Duration.ofSeconds(1));
    assertThat(in(Slot.State.CLOSING)).hasSize(1);
  }

  @Test
  void aConnectionIdleForLongIsCheckedBeforeItIsLent() {
    Pool pool = pool("a", 1);
    FakeClient first = acquire(pool);
    servers.getFirst().logIn();
    first.slot().released();
    pass(Duration.ofSeconds(31));

    FakeClient second = acquire(pool);

    assertThat(servers.getFirst().checked).isTrue();
    assertThat(second.served).isNull();
    assertThat(servers).hasSize(1);
    servers.getFirst().slot.released();
    assertThat(second.served).isSameAs(first.served);
  }

  @Test
  void aRefusedLoginIsToldToAllWhoWaitAndTriedAgainLater() {
    Pool pool = pool("a", 2);
    pool.join();
    FakeClient arriving = new FakeClient();
    pool.greet(arriving);
    servers.getFirst().slot.loginFailed(new LoginFailure("28P01", "no", true));
    servers.getFirst().slot.gone();
    assertThat(arriving.refused).isEqualTo(new Refusal("28P01", "no"));
    assertThat(servers).hasSize(1);

    FakeClient next = new FakeClient();
    pool.greet(next);
    assertThat(next.refusal().message())
        .isEqualTo("server login has been failing, cached error: no (server_login_retry)");

    pass(Duration.ofSeconds(15));
    FakeClient last = new FakeClient();
    pool.greet(last);
    assertThat(servers).hasSize(2);
    servers.getLast().logIn();
    assertThat(last.welcomed).isTrue();
  }

  @Test
  void anUnreachableServerIsTriedOnceAndWaitedFor() {
    Pool pool = pool("a", 5);
    FakeClient first = acquire(pool);
    FakeClient second = acquire(pool);
    for (FakeServer server : List.copyOf(servers)) {
      server.slot.loginFailed(new LoginFailure("08001", "unreachable", false));
      server.slot.gone();
    }
    assertThat(first.refused).isNull();
    assertThat(servers).hasSize(2);
    pass(Duration.ofSeconds(14));
    assertThat(servers).hasSize(2);
    pass(Duration.ofSeconds(1));
    assertThat(servers).hasSize(3);
    servers.getLast().logIn();
    assertThat(first.served).isNotNull();
    assertThat(second.served).isNull();
    assertThat(servers).hasSize(4);
  }

  @Test
  void aDrainClosesWhatIsFreeAndCompletesWhenAllIsGone() {
    Pool pool = pool("a", 2);
    FakeClient first = acquire(pool);
    FakeClient second = acquire(pool);
    servers.forEach(FakeServer::logIn);
    first.slot().released();

    CompletableFuture<Void> drained = pools.drain();

    assertThat(first.slot().state()).isEqualTo(Slot.State.CLOSING);
    first.slot().gone();
    assertThat(drained).isNotDone();
    second.slot().released();
    second.slot().gone();
    assertThat(drained).isCompleted();
    assertThat(usage().draining()).isTrue();
  }

  @Test
  void changesThatAnOperatorActsOnAreTold() {
    AtomicInteger told = new AtomicInteger();
    grant(0);
    pools.onChange(told::incrementAndGet);
    FakeClient client = acquire(pool("a", 1));
    assertThat(told).hasValue(1);
    grant(4);
    assertThat(told).hasValue(2);
    servers.getFirst().logIn();
    assertThat(told).hasValue(3);
    client.slot().released();
    assertThat(told).hasValue(3);
  }

  @Test
  void theLimitOfADatabaseHoldsOverItsPools() {
    PoolSettings limited =
        new PoolSettings(
            PoolMode.TRANSACTION,
            5,
            0,
            0,
            1,
            0,
            Duration.ofHours(1),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO);
    Pool first = pools.pool(new PoolKey("db", "a"), limited);
    Pool second = pools.pool(new PoolKey("db", "b"), limited);
    FakeClient holder = acquire(first);
    servers.getFirst().logIn();
    FakeClient waiter = acquire(second);
    assertThat(servers).hasSize(1);

    holder.slot().released();

    assertThat(in(Slot.State.CLOSING)).hasSize(1);
    servers.getFirst().slot.gone();
    servers.getLast().logIn();
    assertThat(waiter.served).isNotNull();
  }

  @Test
  void aBurstAfterAPauseHasAnIdleConnectionCheckedForEachClient() {
    Pool pool = pool("a", 2);
    List<FakeClient> before = List.of(acquire(pool), acquire(pool));
    servers.forEach(FakeServer::logIn);
    before.forEach(client -> client.slot().released());
    pass(Duration.ofMinutes(1));

    FakeClient first = acquire(pool);
    FakeClient second = acquire(pool);

    assertThat(servers).hasSize(2).allMatch(server -> server.checked);
    servers.forEach(server -> server.slot.released());
    assertThat(first.served).isNotNull();
    assertThat(second.served).isNotNull().isNotSameAs(first.served);
    assertThat(usage().waiting()).isZero();
  }

  @Test
  void aNegativeGrantIsRefused() {
    assertThatThrownBy(() -> pools.grant(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void waitsAreCountedByTheirLength() {
    grant(0);
    Pool pool = pool("a", 1);
    FakeClient client = acquire(pool);
    nanos += Duration.ofMillis(70).toNanos();
    grant(1);
    servers.getFirst().logIn();
    assertThat(client.served).isNotNull();

    PoolStatistics statistics = pools.statistics().join().getFirst();

    assertThat(statistics.waits().total()).isEqualTo(1);
    assertThat(statistics.waits().buckets())
        .contains(new PoolStatistics.Bucket(0.1, 1), new PoolStatistics.Bucket(0.05, 0));
    assertThat(statistics.waits().sumSeconds()).isEqualTo(0.07);
    assertThat(statistics.clientsActive()).isEqualTo(1);
  }
}
