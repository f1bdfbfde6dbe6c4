package dev.penstock.pooler.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Logins that fail, and those that come after them. */
class LoginsTest extends PoolsHarness {

  private static final Duration RETRY = Duration.ofSeconds(15);

  private void openFails(LoginFailure.Kind kind) {
    for (FakeServer server : in(Slot.State.CONNECTING)) {
      server.fail("57P03", kind);
    }
  }

  @Test
  void aRefusedLoginIsToldToAllWhoWaitAndTriedAgainLater() {
    Pool pool = pool("a", 2);
    pool.join();
    FakeClient arriving = new FakeClient();
    pool.greet(arriving);
    FakeClient waiting = acquire(pool);
    servers.getFirst().fail("28P01", LoginFailure.Kind.REFUSED);
    assertThat(arriving.refused).isEqualTo(new Refusal("28P01", "no"));
    assertThat(waiting.refused).isEqualTo(new Refusal("28P01", "no"));
    assertThat(servers).hasSize(1);

    FakeClient next = new FakeClient();
    pool.greet(next);
    assertThat(next.refusal().message())
        .isEqualTo("server login has been failing, cached error: no (server_login_retry)");

    pass(RETRY);
    FakeClient last = new FakeClient();
    pool.greet(last);
    assertThat(servers).hasSize(2);
    servers.getLast().logIn();
    assertThat(last.welcomed).isTrue();
  }

  @Test
  void thePauseAfterARefusalIsShortenedByChanceByHalfAtMost() {
    chance = 0.99;
    Pool pool = pool("a", 1);
    pool.join();
    pool.greet(new FakeClient());
    servers.getFirst().fail("28P01", LoginFailure.Kind.REFUSED);
    pass(Duration.ofSeconds(7));
    FakeClient early = new FakeClient();
    pool.greet(early);
    assertThat(early.refused).isNotNull();
    pass(Duration.ofSeconds(1));
    pool.greet(new FakeClient());
    assertThat(servers).hasSize(2);
  }

  @Test
  void aServerThatIsDownIsTriedByOneLoginAtATimeAndAllWhoWaitAreServedOnceItIsUp() {
    Pool one = pool("a", 5);
    Pool other = pool("b", 5);
    List<FakeClient> clients = List.of(acquire(one), acquire(one), acquire(other), acquire(other));
    assertThat(in(Slot.State.CONNECTING)).hasSize(4);
    openFails(LoginFailure.Kind.DOWN);
    for (int i = 0; i < 20; i++) {
      int before = servers.size();
      pass(Duration.ofMillis(500));
      assertThat(servers).hasSize(before + 1);
      pass(Duration.ofSeconds(1));
      assertThat(servers).as("while the probe is under way").hasSize(before + 1);
      openFails(LoginFailure.Kind.DOWN);
      assertThat(servers).as("at once after it").hasSize(before + 1);
    }
    assertThat(clients).allMatch(client -> client.refused == null);

    pass(Duration.ofMillis(500));
    servers.getLast().logIn();
    assertThat(in(Slot.State.CONNECTING)).hasSize(3);
    in(Slot.State.CONNECTING).forEach(FakeServer::logIn);

    assertThat(clients).allMatch(client -> client.served != null);
  }

  @Test
  void thePausesWhileAServerIsDownGrowAndStayShort() {
    acquire(pool("a", 1));
    openFails(LoginFailure.Kind.DOWN);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int before = servers.size();
      long began = nanos;
      while (servers.size() == before) {
        pass(Duration.ofMillis(10));
      }
      pauses.add((nanos - began) / 1_000_000);
      openFails(LoginFailure.Kind.DOWN);
    }
    assertThat(pauses).containsExactly(50L, 100L, 200L, 400L, 500L, 500L);
  }

  @Test
  void aServerThatIsDownDoesNotHoldUpAnother() {
    FakeClient here = acquire(pool("a", 1));
    openFails(LoginFailure.Kind.DOWN);
    FakeClient there = acquire(pools.pool(new PoolKey("other", "a"), settings(1)));
    servers.getLast().logIn();
    assertThat(there.served).isNotNull();
    assertThat(here.served).isNull();
  }

  @Test
  void aPoolWithoutAPlaceAtTheServerIsWaitedForAndDoesNotHoldUpOthers() {
    Pool full = pool("full", 5);
    FakeClient first = acquire(full);
    FakeClient second = acquire(full);
    openFails(LoginFailure.Kind.NO_PLACE);
    FakeClient elsewhere = acquire(pool("free", 5));
    servers.getLast().logIn();
    assertThat(elsewhere.served).isNotNull();

    pass(Duration.ofMillis(50));
    assertThat(in(Slot.State.CONNECTING)).as("one tries").hasSize(1);
    assertThat(first.refused).isNull();
    servers.getLast().logIn();
    assertThat(first.served).isNotNull();
    servers.getLast().logIn();
    assertThat(second.served).isNotNull();
  }

  @Test
  void noMoreLoginsAreUnderWayThanAreSet() {
    Pool pool = pool("a", 50);
    List<FakeClient> clients = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      clients.add(acquire(pool));
    }
    assertThat(in(Slot.State.CONNECTING)).hasSize(8);
    while (!in(Slot.State.CONNECTING).isEmpty()) {
      in(Slot.State.CONNECTING).getFirst().logIn();
      assertThat(in(Slot.State.CONNECTING)).hasSizeLessThanOrEqualTo(8);
    }
    assertThat(servers).hasSize(30);
    assertThat(clients).allMatch(client -> client.served != null);
  }

  @Test
  void aConnectionWhoseEndWasNotSeenCountsForAWhile() {
    grant(1);
    FakeClient holder = acquire(pool("a", 5));
    servers.getFirst().logIn();
    FakeClient waiting = acquire(pool("a", 5));
    holder.slot().lost();
    assertThat(usage().lost()).isEqualTo(1);
    assertThat(usage().held()).isEqualTo(1);

    pass(Duration.ofSeconds(119));
    assertThat(servers).as("opened in place of one that may still be there").hasSize(1);
    assertThat(waiting.refused).isNull();
    pass(Duration.ofSeconds(181));
    assertThat(usage().held()).isZero();
    acquire(pool("a", 5));
    assertThat(servers).hasSize(2);
  }
}
