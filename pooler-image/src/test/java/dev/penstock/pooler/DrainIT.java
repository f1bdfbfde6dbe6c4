package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.RawClient.Message;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DrainIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  private static RawClient client(PoolerFixture pooler) {
    RawClient client = pooler.raw();
    client.trusted(PostgresFixture.USER);
    return client;
  }

  private static void assertSentAway(RawClient client) {
    Message error = client.until('E').getLast();
    assertThat(error.field('C')).isEqualTo("57P01");
    assertThat(error.field('M')).isEqualTo("pooler is shutting down");
    assertThat(client.isClosedByPooler()).isTrue();
  }

  @Test
  void transactionsEndIdleAndWaitingClientsAreSentAwayAndServersAreClosed() throws Exception {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .set("auth_type", "trust")
                .set("default_pool_size", "1")
                .start();
        RawClient busy = client(pooler);
        RawClient idle = client(pooler);
        RawClient waiting = client(pooler)) {
      busy.query("begin; create temporary table kept (i int)");
      busy.until('Z');
      waiting.query("select 1");
      Awaitility.await().until(() -> pooler.usage().waiting() == 1);

      CompletableFuture<Void> drained = pooler.pooler().drain();

      assertSentAway(idle);
      assertSentAway(waiting);
      assertThatThrownBy(pooler::raw).isInstanceOf(UncheckedIOException.class);
      assertThat(pooler.usage().draining()).isTrue();
      busy.query("insert into kept values (1)");
      assertThat(busy.typesUntil('Z')).isEqualTo("CZ");
      assertThat(drained).isNotDone();
      busy.query("commit");
      assertThat(busy.typesUntil('Z')).isEqualTo("CZ");
      assertSentAway(busy);
      busy.disconnect();
      idle.disconnect();
      waiting.disconnect();
      drained.get(10, TimeUnit.SECONDS);
      assertThat(POSTGRES.backends(PostgresFixture.USER)).isZero();
    }
  }

  @Test
  void whatOutlivesTheTimeOfADrainIsCutOffWithAWord() throws Exception {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .set("auth_type", "trust")
                .set("penstock_drain_timeout", "1")
                .start();
        RawClient running = client(pooler);
        RawClient between = client(pooler)) {
      running.query("select pg_sleep(600)");
      between.query("begin");
      between.until('Z');
      Awaitility.await().until(() -> pooler.usage().active() == 2);

      CompletableFuture<Void> drained = pooler.pooler().drain();

      assertSentAway(running);
      assertSentAway(between);
      running.disconnect();
      between.disconnect();
      drained.get(10, TimeUnit.SECONDS);
      assertThat(POSTGRES.backends(PostgresFixture.USER)).isZero();
    }
  }

  @Test
  void sessionsAreSentAwayBetweenTransactions() throws Exception {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .set("auth_type", "trust")
                .set("pool_mode", "session")
                .start();
        RawClient between = client(pooler);
        RawClient within = client(pooler)) {
      between.query("select 1");
      between.until('Z');
      within.query("begin");
      within.until('Z');

      CompletableFuture<Void> drained = pooler.pooler().drain();

      assertSentAway(between);
      within.query("commit");
      within.until('Z');
      assertSentAway(within);
      between.disconnect();
      within.disconnect();
      drained.get(10, TimeUnit.SECONDS);
    }
  }
}
