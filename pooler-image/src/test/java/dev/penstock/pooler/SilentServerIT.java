package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.pooler.FakeServer.Session;
import java.io.IOException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Servers that do not answer, or not as one expects; what they may still hold counts. */
class SilentServerIT {

  private static PoolerFixture.Builder before(FakeServer server) {
    return PoolerFixture.before(PostgresFixture.shared())
        .database("fake", "host=127.0.0.1 port=" + server.port())
        .user("fake", "")
        .set("server_tls_sslmode", "disable")
        .set("auth_type", "trust")
        .set("server_login_retry", "0.2");
  }

  @Test
  void aLoginThatIsGivenUpCountsUntilTheServerHasClosedItsEnd() throws Exception {
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler = before(server).set("server_connect_timeout", "0.5").start();
        RawClient client = pooler.raw()) {
      var _ = pooler.pooler().grantable().grant(1).get();
      client.startup("user", "fake", "database", "fake");
      Session silent = server.next();
      silent.startup();
      assertThat(silent.isEnded()).isTrue();
      Awaitility.await().until(() -> pooler.usage().closing() == 1);
      assertThat(pooler.usage().held()).isEqualTo(1);
      silent.close();
      server.next().startup();
    }
  }

  @Test
  void aServerThatGoesDownWithinTheTlsHandshakeIsWaitedFor() throws Exception {
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler = before(server).set("server_tls_sslmode", "require").start();
        RawClient client = pooler.raw()) {
      client.startup("user", "fake", "database", "fake");
      for (int i = 0; i < 2; i++) {
        Session restarting = server.next();
        restarting.startup();
        restarting.bytes(new byte[] {'S'});
        restarting.close();
      }
      server.next();
      assertThat(pooler.usage().waiting()).isEqualTo(1);
    }
  }

  @Test
  void aCheckThatIsNotAnsweredGivesWayToANewConnection() throws Exception {
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler =
            before(server)
                .set("server_check_delay", "0")
                .set("server_connect_timeout", "0.5")
                .start();
        RawClient client = pooler.raw()) {
      client.startup("user", "fake", "database", "fake");
      Session gone = server.next().logIn();
      client.until('Z');
      client.query("select 1");
      assertThat(gone.message()).isEqualTo("Q");
      assertThat(gone.message()).isEqualTo("X");
      assertThat(gone.message()).isNull();
      Session fresh = server.next().logIn();
      assertThat(fresh.message()).isEqualTo("Qselect 1");
      fresh.done();
      assertThat(client.typesUntil('Z')).isEqualTo("CZ");
      assertThat(pooler.usage().closing()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatReportsParametersWithoutEndIsCutOff() throws Exception {
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler = before(server).start();
        RawClient client = pooler.raw()) {
      client.startup("user", "fake", "database", "fake");
      Session session = server.next();
      session.startup();
      session.send('R', new byte[4]);
      for (int i = 0; i < 101; i++) {
        session.parameter("parameter" + i, "");
      }
      assertThat(session.isEnded()).isTrue();
      assertThat(client.until('E').getLast().field('M')).contains("more than 100 parameters");
    }
  }

  @Test
  void aParameterThatTheServerSpellsItsOwnWayIsSetOnce() throws Exception {
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler = before(server).start();
        RawClient client = pooler.raw()) {
      client.startup("user", "fake", "database", "fake", "DateStyle", "ISO");
      Session session = server.next().logIn("DateStyle", "ISO, MDY");
      client.until('Z');
      client.query("select 1");
      assertThat(session.message()).isEqualTo("QSET DateStyle='ISO';");
      assertThat(session.message()).isEqualTo("Qselect 1");
      session.done().done();
      assertThat(client.typesUntil('Z')).isEqualTo("CZ");
      client.query("select 2");
      assertThat(session.message()).isEqualTo("Qselect 2");
      session.done();
      assertThat(client.typesUntil('Z')).isEqualTo("CZ");
    }
  }

  @Test
  void aServerThatNeverEndsItsSideKeepsCountingAfterItsClientHasLeft()
      throws IOException, InterruptedException {
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler = before(server).start()) {
      Session session;
      try (RawClient client = pooler.raw()) {
        client.startup("user", "fake", "database", "fake");
        session = server.next().logIn();
        client.until('Z');
        client.query("select 1");
        assertThat(session.message()).isEqualTo("Qselect 1");
      }
      assertThat(session.message()).isEqualTo("X");
      assertThat(session.message()).isNull();
      assertThat(pooler.usage().held()).isEqualTo(1);
      session.close();
      Awaitility.await().until(() -> pooler.usage().held() == 0);
    }
  }
}
