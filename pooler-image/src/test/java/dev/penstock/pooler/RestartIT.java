package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.RawClient.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The database is restarted under the sessions of its clients. */
class RestartIT {
  private static final PostgresFixture POSTGRES =
      PostgresFixture.start(Map.of("max_connections", "20"));

  private static PoolerFixture.Builder before() {
    return PoolerFixture.before(POSTGRES).set("auth_type", "trust").set("default_pool_size", "5");
  }

  private static RawClient client(PoolerFixture pooler) {
    RawClient client = pooler.raw();
    client.trusted(PostgresFixture.USER);
    return client;
  }

  private static void serves(RawClient client) {
    assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "immediate"})
  void onlyTransactionsInFlightFail(String mode) {
    try (PoolerFixture pooler = before().start();
        RawClient idle = client(pooler);
        RawClient betweenStatements = client(pooler);
        RawClient withinStatement = client(pooler)) {
      serves(idle);
      betweenStatements.query("begin");
      betweenStatements.until('Z');
      withinStatement.query("select pg_sleep(600)");
      Awaitility.await().until(() -> pooler.usage().active() == 2);

      POSTGRES.control("restart", "-m", mode);

      serves(idle);
      for (RawClient broken : List.of(betweenStatements, withinStatement)) {
        Message error = broken.until('E').getLast();
        assertThat(error.field('S')).isEqualTo("FATAL");
        if (mode.equals("fast")) {
          assertThat(error.field('C')).as("what the server said").isEqualTo("57P01");
        } else {
          assertThat(error.field('C')).isEqualTo("08006");
          assertThat(error.field('M')).isEqualTo("server conn crashed?");
        }
        assertThat(broken.isClosedByPooler()).isTrue();
      }
      serves(idle);
    }
  }

  @Test
  void whoAsksWhileTheServerIsDownWaitsAndIsServedOnceItIsUp() {
    try (PoolerFixture pooler = before().start()) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        clients.add(client(pooler));
      }
      serves(clients.getFirst());
      POSTGRES.control("stop", "-m", "immediate");

      clients.forEach(client -> client.query("select 1"));

      Awaitility.await().until(() -> pooler.usage().waiting() == clients.size());
      Awaitility.await()
          .during(Duration.ofSeconds(2))
          .until(() -> pooler.usage().waiting() == clients.size());
      assertThat(pooler.usage().connecting()).as("logins that try").isLessThanOrEqualTo(1);
      try (RawClient arriving = client(pooler)) {
        arriving.query("select 1");
        POSTGRES.control("restart");
        assertThat(arriving.typesUntil('Z')).isEqualTo("TDCZ");
      }
      for (RawClient client : clients) {
        assertThat(client.typesUntil('Z')).isEqualTo("TDCZ");
        client.disconnect();
      }
    }
  }

  @Test
  void whoWaitsLongerThanAllowedIsToldSo() {
    try (PoolerFixture pooler = before().set("query_wait_timeout", "1").start();
        RawClient client = client(pooler)) {
      POSTGRES.control("stop", "-m", "fast");
      try {
        client.query("select 1");
        Message error = client.until('E').getLast();
        assertThat(error.field('C')).isEqualTo("57014");
        assertThat(error.field('M')).isEqualTo("query_wait_timeout");
      } finally {
        POSTGRES.control("restart");
      }
    }
  }

  @Test
  void aSessionThatHasNoServerYetOutlivesTheRestart() {
    try (PoolerFixture pooler = before().set("pool_mode", "session").start();
        RawClient unlinked = client(pooler);
        RawClient linked = client(pooler)) {
      serves(linked);

      POSTGRES.control("restart", "-m", "fast");

      assertThat(linked.until('E').getLast().field('C')).isEqualTo("57P01");
      assertThat(linked.isClosedByPooler()).isTrue();
      serves(unlinked);
    }
  }

  @Test
  void aServerWithoutAPlaceIsWaitedFor() {
    PostgresFixture server = POSTGRES;
    try (PoolerFixture pooler = before().start();
        RawClient first = client(pooler);
        RawClient second = client(pooler)) {
      server.execute("alter role app connection limit 1");
      try {
        first.query("begin");
        first.until('Z');
        second.query("select 1");
        Awaitility.await().until(() -> pooler.usage().waiting() == 1);
        Awaitility.await().during(Duration.ofSeconds(1)).until(() -> pooler.usage().waiting() == 1);
      } finally {
        server.execute("alter role app connection limit -1");
      }
      assertThat(second.typesUntil('Z')).isEqualTo("TDCZ");
    }
  }
}
