package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users that only the server knows. */
class AuthQueryIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();
  private static final String ASKER = "asker";
  private static final String GUEST = "zoë \"o'";
  private static final String OLD_GUEST = "old_guest";
  private static final String SQLSTATE_WRONG_PASSWORD = "28P01";

  @BeforeAll
  static void createUsers() {
    for (String user : List.of(ASKER, GUEST, OLD_GUEST)) {
      POSTGRES.execute("drop role if exists \"%s\"".formatted(user.replace("\"", "\"\"")));
    }
    POSTGRES.execute("create role asker login superuser password 'asks'");
    POSTGRES.execute("create role \"zoë \"\"o'\" login password 'first'");
    POSTGRES.execute(
        "set password_encryption = 'md5'; create role old_guest login password 'first'");
  }

  private static PoolerFixture.Builder asking() {
    return PoolerFixture.before(POSTGRES).user(ASKER, "asks").set("auth_user", ASKER);
  }

  private static Connection connect(
      PoolerFixture pooler, String database, String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", user);
    properties.put("password", password);
    properties.put("sslmode", "disable");
    properties.put("gssEncMode", "disable");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + pooler.port() + "/" + database, properties);
  }

  private static void answers(PoolerFixture pooler, String database, String password)
      throws SQLException {
    try (Connection connection = connect(pooler, database, GUEST, password);
        var statement = connection.createStatement();
        var result = statement.executeQuery("select current_user")) {
      result.next();
      assertThat(result.getString(1)).isEqualTo(GUEST);
    }
  }

  private static void refused(
      PoolerFixture pooler, String database, String user, String sqlState, String message) {
    assertThatThrownBy(() -> connect(pooler, database, user, "wrong").close())
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              assertThat(e.getMessage()).contains(message);
              assertThat(e.getSQLState()).isEqualTo(sqlState);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"md5", "scram-sha-256", "plain"})
  void aUserThatOnlyTheServerKnowsLogsInToBoth(String authentication) throws SQLException {
    try (PoolerFixture pooler = asking().set("auth_type", authentication).start()) {
      answers(pooler, "app", "first");
      answers(pooler, "app", "first");
    }
  }

  @Test
  void anMd5HashOfTheServerIsGoodForMd5() throws SQLException {
    try (PoolerFixture pooler =
        asking()
            .set("auth_type", "md5")
            // The server asks for SCRAM, for which a hash is no good, so trust it.
            .database("app2", "host=127.0.0.1 dbname=app user=asker port=" + POSTGRES.port())
            .start()) {
      connect(pooler, "app2", OLD_GUEST, "first").close();
      refused(pooler, "app2", OLD_GUEST, SQLSTATE_WRONG_PASSWORD, "password authentication failed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"md5", "scram-sha-256"})
  void whoIsUnknownIsAskedAndRefusedLikeWhoHasAWrongPassword(String authentication) {
    try (PoolerFixture pooler = asking().set("auth_type", authentication).start()) {
      for (String user : List.of(GUEST, "nobody", "x' or '1'='1", "\"; drop role asker; --")) {
        for (String database : List.of("app", "nowhere")) {
          refused(pooler, database, user, SQLSTATE_WRONG_PASSWORD, "SASL authentication failed");
        }
      }
      assertThat(POSTGRES.number("select count(*) from pg_roles where rolname = 'asker'")).isOne();
    }
  }

  @Test
  void whoIsTrustedMustBeKnownToTheServer() throws SQLException {
    try (PoolerFixture pooler =
        asking()
            .database("app2", "host=127.0.0.1 dbname=app user=asker port=" + POSTGRES.port())
            .set("auth_type", "trust")
            .start()) {
      connect(pooler, "app2", GUEST, "wrong").close();
      refused(pooler, "app2", "nobody", "28000", "no such user");
    }
  }

  @Test
  void aChangedOrExpiredPasswordCountsAtTheNextLogin() throws SQLException {
    try (PoolerFixture pooler = asking().start()) {
      answers(pooler, "app", "first");
      POSTGRES.execute("alter role \"zoë \"\"o'\" password 'second'");
      refused(pooler, "app", GUEST, SQLSTATE_WRONG_PASSWORD, "SASL authentication failed");
      answers(pooler, "app", "second");
      POSTGRES.execute("alter role \"zoë \"\"o'\" password 'first' valid until '1999-01-01'");
      assertThatThrownBy(() -> answers(pooler, "app", "first"))
          .hasMessageContaining("SASL authentication failed");
    } finally {
      POSTGRES.execute("alter role \"zoë \"\"o'\" password 'first' valid until 'infinity'");
    }
  }

  @Test
  void aDatabaseMaySayWhereAndWhatToAsk() throws SQLException {
    String server = "host=127.0.0.1 port=%d dbname=app ".formatted(POSTGRES.port());
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .user(ASKER, "asks")
            // In another encoding, so that the name would not be found as it is.
            .database("users", server + "client_encoding=LATIN1")
            .database("here", server + "auth_user=asker auth_dbname=users")
            .database(
                "own",
                server
                    + "auth_user=asker auth_query='select rolname, rolpassword, 1 from pg_authid'")
            .database("nowhere", server + "auth_user=asker auth_dbname=missing")
            .database("broken", server + "auth_user=asker auth_query='select * from missing($1)'")
            .database(
                "many",
                server
                    + "auth_user=asker auth_query='select $1::text, x::text from"
                    + " generate_series(1, 9) x'")
            .start()) {
      answers(pooler, "here", "first");
      for (String database : List.of("nowhere", "broken", "many", "own")) {
        refused(pooler, database, GUEST, "F0000", "bouncer config error");
      }
      // No auth_user: not asked.
      refused(pooler, "app", GUEST, SQLSTATE_WRONG_PASSWORD, "SASL authentication failed");
    }
  }

  @Test
  void nothingOfTheClientsSessionReachesTheQuestion() {
    try (PoolerFixture pooler =
            asking()
                .set("auth_type", "plain")
                .set("auth_query", "select $1::text, current_setting('application_name')")
                .start();
        RawClient client = pooler.raw()) {
      client.startup("user", "anyone", "database", "app", "application_name", "guess");
      assertThat(client.next().type()).isEqualTo('R');
      RawClient.Message error = client.send('p', "guess\0").until('E').getLast();
      assertThat(error.field('M')).isEqualTo("password authentication failed");
    }
  }

  @Test
  void aLookupWaitsForTheGrantAndCountsUnderIt() throws Exception {
    try (PoolerFixture pooler = asking().start()) {
      grant(pooler, 0);
      CompletableFuture<Void> login =
          CompletableFuture.runAsync(
              () -> {
                try {
                  answers(pooler, "app", "first");
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      Awaitility.await().until(() -> pooler.usage().waiting() == 1);
      assertThat(pooler.usage().held()).isZero();
      assertThat(POSTGRES.backends(ASKER)).isZero();
      // One place is enough: what asked makes room for the client itself.
      grant(pooler, 1);
      login.get(20, TimeUnit.SECONDS);
      assertThat(pooler.usage().held()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aLookupThatWaitsTooLongOrForNoOneEnds() throws Exception {
    try (PoolerFixture pooler = asking().set("query_wait_timeout", "1").start()) {
      grant(pooler, 0);
      refused(pooler, "app", GUEST, "57014", "query_wait_timeout");
    }
    try (PoolerFixture pooler = asking().start()) {
      grant(pooler, 0);
      try (RawClient client = pooler.raw()) {
        client.startup("user", GUEST, "database", "app");
        Awaitility.await().until(() -> pooler.usage().waiting() == 1);
      }
      Awaitility.await().until(() -> pooler.usage().waiting() == 0);
      grant(pooler, 5);
      answers(pooler, "app", "first");
    }
  }

  private static void grant(PoolerFixture pooler, int connections) throws Exception {
    pooler.pooler().grantable().grant(connections).get(10, TimeUnit.SECONDS);
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUp() throws Exception {
    try (FakeServer server = FakeServer.start();
        PoolerFixture pooler = before(server).set("server_connect_timeout", "1").start();
        RawClient client = pooler.raw()) {
      client.startup("user", GUEST, "database", "fake");
      FakeServer.Session session = server.next().logIn();
      assertThat(session.message()).startsWith("P").contains("pg_authid");
      RawClient.Message error = client.until('E').getLast();
      assertThat(error.field('M')).isEqualTo("bouncer config error");
      assertThat(error.toString()).doesNotContain("asks");
    }
  }

  @Test
  void aServerThatAnswersNonsenseIsCutOff() throws Exception {
    List<byte[]> answers =
        List.of(
            message('D', new byte[] {0, 2, 0, 0, 0, 9, 'x'}),
            message('D', new byte[] {0, 2, (byte) 0x80, 0, 0, 0}),
            message('D', new byte[] {0}),
            message('Z', new byte[] {'T'}),
            message('Z', new byte[0]),
            message('G', new byte[] {0, 0, 0}),
            message('R', new byte[4]),
            new byte[] {'D', 0x7f, 0, 0, 0});
    for (byte[] answer : answers) {
      try (FakeServer server = FakeServer.start();
          PoolerFixture pooler = before(server).start();
          RawClient client = pooler.raw()) {
        client.startup("user", GUEST, "database", "fake");
        FakeServer.Session session = server.next().logIn();
        for (String type : List.of("P", "B", "E", "S")) {
          assertThat(session.message()).startsWith(type);
        }
        session.bytes(answer);
        assertThat(session.message()).isEqualTo("X");
        assertThat(client.until('E').getLast().field('M')).isEqualTo("bouncer config error");
      }
    }
  }

  private static PoolerFixture.Builder before(FakeServer server) {
    return asking()
        .database("fake", "host=127.0.0.1 port=%d".formatted(server.port()))
        .set("server_tls_sslmode", "disable");
  }

  private static byte[] message(char type, byte[] body) {
    return ByteBuffer.allocate(5 + body.length)
        .put((byte) type)
        .putInt(4 + body.length)
        .put(body)
        .array();
  }
}
