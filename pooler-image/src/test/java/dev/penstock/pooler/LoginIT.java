package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.RawClient.Message;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  private static PoolerFixture pooler(String authentication) {
    return PoolerFixture.before(POSTGRES).set("auth_type", authentication).start();
  }

  private static void refused(ThrowingCallable login, String sqlState, String message) {
    assertThatThrownBy(login)
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              assertThat(e.getMessage()).contains(message);
              assertThat(e.getSQLState()).isEqualTo(sqlState);
            });
  }

  private static void answers(Connection connection) throws SQLException {
    try (connection;
        var statement = connection.createStatement()) {
      assertThat(statement.execute("select 1")).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trust", "plain", "md5", "scram-sha-256"})
  void aRightPasswordIsAccepted(String authentication) throws SQLException {
    try (PoolerFixture pooler = pooler(authentication)) {
      answers(pooler.connect());
      answers(pooler.connect(PostgresFixture.MD5_USER, Map.of()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "md5", "scram-sha-256"})
  void aWrongPasswordAndAnUnknownUserLookAlike(String authentication) {
    String message =
        (authentication.startsWith("scram") ? "SASL" : "password") + " authentication failed";
    try (PoolerFixture pooler = pooler(authentication)) {
      refused(
          () -> pooler.connect(PostgresFixture.USER, Map.of("password", "wrong")),
          "28P01",
          message);
      refused(() -> pooler.connect("nobody", Map.of()), "28P01", message);
    }
  }

  @Test
  void whoIsTrustedMustStillBeKnown() {
    try (PoolerFixture pooler = pooler("trust")) {
      refused(() -> pooler.connect("nobody", Map.of()), "28000", "\"trust\" authentication failed");
    }
  }

  @Test
  void anyoneIsTheUserThatTheDatabaseNames() throws SQLException {
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .database(
                "forced", "host=127.0.0.1 port=%d dbname=app user=app".formatted(POSTGRES.port()))
            .set("auth_type", "any")
            .start()) {
      for (String user : List.of("whoever", "someone else")) {
        try (RawClient client = pooler.raw()) {
          client.startup("user", user, "database", "forced");
          client.until('Z');
          client.query("select current_user");
          assertThat(client.until('Z').get(1).text()).endsWith(PostgresFixture.USER);
        }
      }
      // They share one pool, and so one connection.
      assertThat(pooler.usage().idle()).isEqualTo(1);
      refused(pooler::connect, "F0000", "bouncer config error");
    }
  }

  @Test
  void anUnknownDatabaseIsNamed() {
    try (PoolerFixture pooler = pooler("trust");
        RawClient client = pooler.raw()) {
      client.startup("user", PostgresFixture.USER, "database", "nowhere");
      Message error = client.until('E').getLast();
      assertThat(error.field('C')).isEqualTo("3D000");
      assertThat(error.field('M')).isEqualTo("no such database: nowhere");
      assertThat(error.field('S')).isEqualTo("FATAL");
      assertThat(client.isClosedByPooler()).isTrue();
    }
  }

  @Test
  void oneClientTooManyIsTurnedAway() throws SQLException {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).set("max_client_conn", "1").start();
        Connection only = pooler.connect()) {
      refused(pooler::connect, "53300", "no more connections allowed (max_client_conn)");
      assertThat(only.isValid(5)).isTrue();
    }
  }

  @Test
  void aParameterThatCannotFollowTheClientIsRefusedUnlessIgnored() {
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .set("auth_type", "trust")
            .set("ignore_startup_parameters", "extra_float_digits")
            .start()) {
      try (RawClient client = pooler.raw()) {
        client.startup("user", PostgresFixture.USER, "search_path", "x;drop table t");
        Message error = client.until('E').getLast();
        assertThat(error.field('M')).isEqualTo("unsupported startup parameter: search_path");
      }
      try (RawClient client = pooler.raw()) {
        client.startup("user", PostgresFixture.USER, "options", "-c work_mem=1GB");
        assertThat(client.until('E').getLast().field('M'))
            .isEqualTo("unsupported startup parameter in options: work_mem");
      }
      try (RawClient client = pooler.raw()) {
        client.startup(
            "user",
            PostgresFixture.USER,
            "extra_float_digits",
            "3",
            "options",
            "-c TimeZone=Asia/Tokyo --application_name=with\\ blank");
        client.until('Z');
        client.query("select current_setting('TimeZone') || current_setting('application_name')");
        assertThat(client.until('Z').toString()).contains("Asia/Tokyowith blank");
      }
    }
  }

  @Test
  void trackedParametersFollowTheClientAndNotTheServer() throws SQLException {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES).set("default_pool_size", "1").start();
        Connection first = pooler.connect(PostgresFixture.USER, Map.of("ApplicationName", "one"));
        Connection second = pooler.connect(PostgresFixture.USER, Map.of("ApplicationName", "t'w"));
        var ofFirst = first.createStatement();
        var ofSecond = second.createStatement()) {
      ofFirst.execute("set timezone = 'Asia/Tokyo'");
      for (int i = 0; i < 2; i++) {
        assertThat(text(ofFirst, "show application_name")).isEqualTo("one");
        assertThat(text(ofSecond, "show application_name")).isEqualTo("t'w");
        assertThat(text(ofFirst, "show timezone")).isEqualTo("Asia/Tokyo");
        assertThat(text(ofSecond, "show timezone")).isNotEqualTo("Asia/Tokyo");
      }
    }
  }

  private static String text(java.sql.Statement statement, String sql) throws SQLException {
    try (var result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }

  @Test
  void aClientOfANewerMinorVersionIsToldOurs() {
    try (PoolerFixture pooler = pooler("trust");
        RawClient client = pooler.raw()) {
      byte[] parameters = "user\0app\0_pq_.unheard_of\0on\0\0".getBytes(StandardCharsets.US_ASCII);
      client.startup(3 << 16 | 2, parameters);
      Message first = client.next();
      assertThat(first.type()).isEqualTo('v');
      assertThat(first.text()).endsWith("_pq_.unheard_of\0");
      client.until('Z');
      client.query("select 1");
      assertThat(client.typesUntil('Z')).isEqualTo("TDCZ");
    }
  }

  @Test
  void aServerThatRefusesTheLoginIsReportedAndNotAskedAgainAtOnce() {
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .database(
                "bad",
                "host=127.0.0.1 port=%d dbname=app user=app password=wrong"
                    .formatted(POSTGRES.port()))
            .set("auth_type", "trust")
            .start()) {
      try (RawClient client = pooler.raw()) {
        client.startup("user", PostgresFixture.USER, "database", "bad");
        Message error = client.until('E').getLast();
        assertThat(error.field('C')).isEqualTo("28P01");
        assertThat(error.field('M')).contains("password authentication failed for user \"app\"");
      }
      try (RawClient client = pooler.raw()) {
        client.startup("user", PostgresFixture.USER, "database", "bad");
        Message error = client.until('E').getLast();
        assertThat(error.field('M'))
            .startsWith("server login has been failing, cached error: ")
            .endsWith("(server_login_retry)");
      }
      Awaitility.await().until(() -> pooler.usage().held() == 0);
    }
  }

  @Test
  void aServerThatIsNotThereLeavesClientsInTheQueue() {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES)
                .database("away", "host=127.0.0.1 port=1")
                .set("auth_type", "trust")
                .set("query_wait_timeout", "1")
                .start();
        RawClient client = pooler.raw()) {
      client.startup("user", PostgresFixture.USER, "database", "away");
      Message error = client.until('E').getLast();
      assertThat(error.field('M')).isEqualTo("query_wait_timeout");
      assertThat(error.field('C')).isEqualTo("57014");
    }
  }

  @Test
  void garbageAtAnyStageEndsOnlyTheClientThatSentIt() {
    List<byte[]> garbage =
        List.of(
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            new byte[] {0, 0, 0, 0},
            new byte[] {0, 0, 0, 8, 0, 2, 0, 0},
            new byte[] {0, 0, 0, 9, 0, 3, 0, 0, 'u'},
            new byte[] {0, 0, 0, 10, 4, (byte) 0xd2, 0x16, 0x2e, 1, 2},
            new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff});
    try (PoolerFixture pooler = pooler("scram-sha-256");
        PoolerFixture trusting = pooler("trust")) {
      for (byte[] bytes : garbage) {
        try (RawClient client = pooler.raw()) {
          Message error = client.bytes(bytes).until('E').getLast();
          assertThat(error.field('C')).isEqualTo("08P01");
          assertThat(client.isClosedByPooler()).isTrue();
        }
        try (RawClient client = pooler.raw()) {
          client.startup("user", PostgresFixture.USER);
          assertThat(client.next().type()).isEqualTo('R');
          Message error = client.bytes(bytes).until('E').getLast();
          assertThat(error.field('C')).isEqualTo("08P01");
        }
        try (RawClient client = trusting.raw()) {
          client.trusted(PostgresFixture.USER);
          Message error = client.bytes(bytes).send('\1', "x").until('E').getLast();
          assertThat(error.field('C')).isEqualTo("08P01");
        }
      }
      assertThat(pooler.usage().waiting()).isZero();
      try (RawClient client = trusting.raw()) {
        client.trusted(PostgresFixture.USER);
        assertThat(client.query("select 1").typesUntil('Z')).isEqualTo("TDCZ");
      }
    }
  }

  @Test
  void aMalformedScramMessageIsRefused() {
    try (PoolerFixture pooler = pooler("scram-sha-256")) {
      for (String body : List.of("", "SCRAM-SHA-256\0", "SCRAM-SHA-256\0\0\0\0\5n,,n=")) {
        try (RawClient client = pooler.raw()) {
          client.startup("user", PostgresFixture.USER);
          assertThat(client.next().type()).isEqualTo('R');
          Message error = client.send('p', body).until('E').getLast();
          assertThat(error.field('C')).isEqualTo("08P01");
          assertThat(client.isClosedByPooler()).isTrue();
        }
      }
    }
  }

  @Test
  void encryptionIsNegotiatedOnce() {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).start()) {
      for (int code : new int[] {1234 << 16 | 5679, 1234 << 16 | 5680}) {
        try (RawClient client = pooler.raw()) {
          client.startup(code, new byte[0]);
          assertThat(client.readByte()).isEqualTo('N');
          client.startup(code, new byte[0]);
          assertThat(client.next().field('C')).isEqualTo("08P01");
          assertThat(client.isClosedByPooler()).isTrue();
        }
      }
    }
  }

  @Test
  void aLoginThatIsNotFinishedEnds() {
    try (PoolerFixture pooler =
            PoolerFixture.before(POSTGRES).set("client_login_timeout", "1").start();
        RawClient client = pooler.raw()) {
      assertThat(client.until('E').getLast().field('M')).isEqualTo("client_login_timeout");
    }
  }
}
