package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.FakeServer.Session;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Between pooler and server nothing comes through any more, or connections end in other ways. */
class UnreachableIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  private static PoolerFixture.Builder before(int port) {
    return PoolerFixture.before(POSTGRES)
        .database("far", "host=127.0.0.1 dbname=app user=app port=" + port)
        .user("far", "")
        .set("server_tls_sslmode", "disable")
        .set("auth_type", "trust");
  }

  private static RawClient client(PoolerFixture pooler) {
    RawClient client = pooler.raw();
    client.trusted("far");
    return client;
  }

  @Test
  void whoWaitsIsServedWhenTheServerCanBeReachedAgain() throws Exception {
    try (FaultyNetwork network = FaultyNetwork.before(POSTGRES.port());
        PoolerFixture pooler =
            before(network.port())
                .set("server_connect_timeout", "2")
                .set("server_check_delay", "0")
                .start();
        RawClient client = client(pooler);
        RawClient other = client(pooler)) {
      pooler.pooler().grantable().grant(4).get(10, TimeUnit.SECONDS);
      assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");

      network.swallow();
      client.query("select 1");
      other.query("select 1");

      // The check of the idle connection and the logins are given up, and go on counting.
      Awaitility.await().until(() -> pooler.usage().closing() > 1);
      assertThat(pooler.usage().waiting()).isEqualTo(2);
      assertThat(pooler.usage().held()).isLessThanOrEqualTo(4);
      network.heal();
      assertThat(client.typesUntil('Z')).isEqualTo("TDCZ");
      assertThat(other.typesUntil('Z')).isEqualTo("TDCZ");
      Awaitility.await()
          .untilAsserted(
              () -> {
                assertThat(pooler.usage().closing()).isZero();
                assertThat(POSTGRES.backends(PostgresFixture.USER))
                    .isEqualTo(pooler.usage().held());
              });
    }
  }

  @Test
  void aConnectionThatTheServersHostResetsCountsNoLonger() {
    try (FaultyNetwork network = FaultyNetwork.before(POSTGRES.port());
        PoolerFixture pooler = before(network.port()).start();
        RawClient client = client(pooler)) {
      client.query("begin");
      client.until('Z');

      network.reset();

      assertThat(client.until('E').getLast().field('C')).isEqualTo("08006");
      Awaitility.await().until(() -> pooler.usage().held() == 0);
      assertThat(pooler.usage().lost()).isZero();
    }
  }

  @Test
  void aConnectionThatTcpGivesUpGoesOnCounting() throws Exception {
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .database("fake", "host=127.0.0.1 port=" + server.port())
                .user("fake", "")
                .set("server_tls_sslmode", "disable")
                .set("auth_type", "trust")
                .set("tcp_user_timeout", "500")
                .start();
        RawClient client = pooler.raw()) {
      client.startup("user", "fake", "database", "fake");
      Session silent = server.next().logIn();
      client.until('Z');

      // The server takes nothing of it: its window closes, and the system gives up.
      Thread sender = Thread.ofVirtual().start(() -> client.query("x".repeat(20_000_000)));

      Awaitility.await().until(() -> pooler.usage().lost() == 1);
      assertThat(pooler.usage().held()).isEqualTo(1);
      silent.close();
      client.disconnect();
      sender.join();
    }
  }
}
