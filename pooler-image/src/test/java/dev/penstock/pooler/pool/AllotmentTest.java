package dev.penstock.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.config.PoolMode;
import dev.penstock.pooler.config.PoolSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may open a connection under the grant, and who must give one up. */
class AllotmentTest extends PoolsHarness {

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
  void aNegativeGrantIsRefused() {
    assertThatThrownBy(() -> pools.grant(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
