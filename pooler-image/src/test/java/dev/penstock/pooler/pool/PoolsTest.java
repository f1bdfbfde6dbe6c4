package dev.penstock.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolsTest extends PoolsHarness {

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
