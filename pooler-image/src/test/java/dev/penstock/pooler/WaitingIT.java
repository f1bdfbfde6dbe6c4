package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.RawClient.Message;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Queues, time limits, cancels, and servers that go away. */
class WaitingIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  private static PoolerFixture.Builder one() {
    return PoolerFixture.before(POSTGRES).set("auth_type", "trust").set("default_pool_size", "1");
  }

  private static RawClient client(PoolerFixture pooler) {
    RawClient client = pooler.raw();
    client.trusted(PostgresFixture.USER);
    return client;
  }

  private static void assertFatal(RawClient client, String sqlState, String message) {
    Message error = client.until('E').getLast();
    assertThat(error.field('M')).isEqualTo(message);
    assertThat(error.field('C')).isEqualTo(sqlState);
    assertThat(client.isClosedByPooler()).isTrue();
  }

  @Test
  void whoWaitsIsServedInOrder() {
    try (PoolerFixture pooler = one().start();
        RawClient holder = client(pooler);
        RawClient first = client(pooler);
        RawClient second = client(pooler)) {
      holder.query("begin");
      holder.until('Z');
      first.query("select to_char(clock_timestamp(), 'YYYYMMDDHH24MISSUS')");
      Awaitility.await().until(() -> pooler.usage().waiting() == 1);
      second.query("select to_char(clock_timestamp(), 'YYYYMMDDHH24MISSUS')");
      Awaitility.await().until(() -> pooler.usage().waiting() == 2);
      holder.query("commit");
      String early = first.until('Z').get(1).text();
      String late = second.until('Z').get(1).text();
      assertThat(early).isLessThan(late);
    }
  }

  @Test
  void aWaitThatIsTooLongEnds() {
    try (PoolerFixture pooler = one().set("query_wait_timeout", "1").start();
        RawClient holder = client(pooler);
        RawClient waiter = client(pooler)) {
      holder.query("begin");
      holder.until('Z');
      waiter.query("select 1");
      assertFatal(waiter, "57014", "query_wait_timeout");
      assertThat(pooler.usage().waiting()).isZero();
    }
  }

  @Test
  void aClientThatGivesUpLeavesTheQueue() {
    try (PoolerFixture pooler = one().start();
        RawClient holder = client(pooler)) {
      holder.query("begin");
      holder.until('Z');
      try (RawClient waiter = client(pooler)) {
        waiter.query("select 1");
        Awaitility.await().until(() -> pooler.usage().waiting() == 1);
      }
      Awaitility.await().until(() -> pooler.usage().waiting() == 0);
    }
  }

  @Test
  void theReserveHelpsAfterAWhile() {
    try (PoolerFixture pooler =
            one().set("reserve_pool_size", "1").set("reserve_pool_timeout", "0.2").start();
        RawClient holder = client(pooler);
        RawClient waiter = client(pooler)) {
      holder.query("begin");
      holder.until('Z');
      assertThat(waiter.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(pooler.usage().held()).isEqualTo(2);
    }
  }

  @Test
  void theMinimumIsKeptOpenAndTheRestClosedWhenIdle() {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .set("auth_type", "trust")
                .set("min_pool_size", "3")
                .set("server_idle_timeout", "1")
                .start();
        RawClient client = client(pooler)) {
      Awaitility.await().until(() -> pooler.usage().idle() == 3);
      assertThat(POSTGRES.backends(PostgresFixture.USER)).isEqualTo(3);
      assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void aServerConnectionThatIsOldIsReplaced() {
    try (PoolerFixture pooler = one().set("server_lifetime", "0").start();
        RawClient client = client(pooler)) {
      String first = pid(client);
      Awaitility.await().until(() -> pooler.usage().held() == 0);
      assertThat(pid(client)).isNotEqualTo(first);
    }
  }

  private static String pid(RawClient client) {
    client.query("select pg_backend_pid()");
    return client.until('Z').get(1).text();
  }

  @Test
  void timeLimitsOfQueriesAndTransactionsAreKept() {
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .set("auth_type", "trust")
            .set("query_timeout", "1")
            .set("idle_transaction_timeout", "1")
            .start()) {
      try (RawClient client = client(pooler)) {
        client.query("select pg_sleep(60)");
        assertFatal(client, "57014", "query timeout");
      }
      try (RawClient client = client(pooler)) {
        client.query("begin");
        client.until('Z');
        assertFatal(client, "25P03", "idle transaction timeout");
      }
      Awaitility.await().until(() -> POSTGRES.backends(PostgresFixture.USER) == 0);
    }
  }

  @Test
  void anIdleClientIsSentAwayAfterItsTime() {
    try (PoolerFixture pooler = one().set("client_idle_timeout", "1").start();
        RawClient client = client(pooler)) {
      assertFatal(client, "57P05", "client_idle_timeout");
    }
  }

  @Test
  void aServerKilledInAQueryEndsItsClientOnly() {
    try (PoolerFixture pooler = one().set("default_pool_size", "2").start();
        RawClient victim = client(pooler);
        RawClient other = client(pooler)) {
      victim.query("select pg_sleep(60)");
      Awaitility.await().until(() -> pooler.usage().active() == 1);
      Awaitility.await()
          .until(
              () ->
                  POSTGRES.number(
                          "select count(pg_terminate_backend(pid)) from pg_stat_activity where"
                              + " usename = 'app' and query like '%pg_sleep%'")
                      == 1);
      assertThat(victim.until('E').getLast().field('C')).isEqualTo("57P01");
      assertThat(victim.isClosedByPooler()).isTrue();
      assertThat(other.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void idleServersThatWereKilledAreNoticed() {
    try (PoolerFixture pooler = one().start();
        RawClient client = client(pooler)) {
      client.query("select 1");
      client.until('Z');
      POSTGRES.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'");
      Awaitility.await().until(() -> pooler.usage().held() == 0);
      assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void anIdleServerIsCheckedBeforeItIsLent() {
    try (PoolerFixture pooler = one().set("server_check_delay", "0").start();
        RawClient client = client(pooler)) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      }
      assertThat(pooler.usage().held()).isEqualTo(1);
    }
  }

  @Test
  void aCancelReachesTheQueryEvenWhenTheWholeGrantIsInUse() throws Exception {
    try (PoolerFixture pooler = one().start();
        RawClient client = pooler.raw()) {
      var _ = pooler.pooler().grantable().grant(1).get();
      Message key =
          client.trusted(PostgresFixture.USER).stream()
              .filter(message -> message.type() == 'K')
              .findFirst()
              .orElseThrow();
      client.query("select pg_sleep(60)");
      Awaitility.await().until(() -> pooler.usage().active() == 1);
      Awaitility.await()
          .until(
              () ->
                  POSTGRES.number(
                          "select count(*) from pg_stat_activity where query like 'select"
                              + " pg_sleep%' and state = 'active'")
                      == 1);

      cancel(pooler, key.text());

      assertThat(client.until('E').getLast().field('C')).isEqualTo("57014");
      assertThat(client.next().text()).isEqualTo("I");
      assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(pooler.usage().held()).isEqualTo(1);
    }
  }

  @Test
  void aCancelWithAWrongKeyDoesNothing() {
    try (PoolerFixture pooler = one().start();
        RawClient client = pooler.raw()) {
      Message key =
          client.trusted(PostgresFixture.USER).stream()
              .filter(message -> message.type() == 'K')
              .findFirst()
              .orElseThrow();
      client.query("select pg_sleep(1)");
      Awaitility.await().until(() -> pooler.usage().active() == 1);
      String wrong = key.text().substring(0, 7) + (char) (key.text().charAt(7) ^ 1);

      cancel(pooler, wrong);

      assertThat(client.typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  private static void cancel(PoolerFixture pooler, String key) {
    try (RawClient canceller = pooler.raw()) {
      byte[] body = key.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      canceller.startup(1234 << 16 | 5678, body);
      assertThat(canceller.isClosedByPooler()).isTrue();
    }
  }
}
