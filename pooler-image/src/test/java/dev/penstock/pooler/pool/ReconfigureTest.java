package dev.penstock.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.config.Settings;
import org.junit.jupiter.api.Test;

class ReconfigureTest extends PoolsHarness {

  private void reconfigure(int size, boolean moved) {
    pools.reconfigure(Settings.defaults(), _ -> settings(size), _ -> moved, () -> {});
  }

  @Test
  void aLargerPoolServesWhoWaitsAtOnce() {
    Pool pool = pool("a", 1);
    acquire(pool);
    acquire(pool);
    assertThat(servers).hasSize(1);

    reconfigure(2, false);

    assertThat(servers).hasSize(2);
  }

  @Test
  void aSmallerPoolClosesWhatIsIdleAtOnceAndTheRestWhenItIsFree() {
    Pool pool = pool("a", 3);
    FakeClient busy = acquire(pool);
    FakeClient other = acquire(pool);
    acquire(pool);
    servers.forEach(FakeServer::logIn);
    servers.get(2).slot.released();

    reconfigure(1, false);

    assertThat(servers.get(2).slot.state()).isEqualTo(Slot.State.CLOSING);
    assertThat(in(Slot.State.ACTIVE)).hasSize(2);
    busy.slot().released();
    assertThat(busy.slot().state()).isEqualTo(Slot.State.CLOSING);
    other.slot().released();
    assertThat(other.slot().state()).isEqualTo(Slot.State.IDLE);
  }

  @Test
  void connectionsToWhereThePoolLedBeforeAreLentToNoOneElse() {
    Pool pool = pool("a", 2);
    FakeClient busy = acquire(pool);
    servers.getFirst().logIn();
    FakeClient waiting = acquire(pool);

    reconfigure(2, true);
    servers.get(1).logIn();

    assertThat(waiting.served).isNull();
    assertThat(servers.get(1).slot.state()).isEqualTo(Slot.State.CLOSING);
    assertThat(busy.slot().isOutdated()).isTrue();
    assertThat(busy.slot().state()).isEqualTo(Slot.State.ACTIVE);
    busy.slot().released();
    assertThat(busy.slot().state()).isEqualTo(Slot.State.CLOSING);
    servers.getLast().logIn();
    assertThat(waiting.slot().isOutdated()).isFalse();
  }

  @Test
  void aRefusalOfTheServerBeforeSaysNothingToThoseWhoWait() {
    Pool pool = pool("a", 1);
    FakeClient waiting = acquire(pool);

    reconfigure(1, true);
    servers.getFirst().fail("28P01", LoginFailure.Kind.REFUSED);

    assertThat(waiting.refused).isNull();
    servers.getLast().logIn();
    assertThat(waiting.served).isNotNull();
  }

  @Test
  void aPoolOfADatabaseThatIsNoMoreOpensNothingAndIsForgotten() {
    Pool pool = pool("a", 2);
    pool.join();
    FakeClient busy = acquire(pool);
    servers.getFirst().logIn();

    pools.reconfigure(Settings.defaults(), _ -> null, _ -> false, () -> {});
    acquire(pool);

    assertThat(servers).hasSize(1);
    busy.slot().released();
    servers.getFirst().slot.gone();
    assertThat(servers).hasSize(1);
    assertThat(usage().held()).isZero();
  }
}
