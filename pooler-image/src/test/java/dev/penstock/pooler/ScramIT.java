package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.auth.Certificates;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SCRAM through the pooler: without the password, and bound to TLS. */
class ScramIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  @TempDir static Path directory;

  @BeforeAll
  static void certify() throws Exception {
    Certificates authority = new Certificates("test authority");
    authority.writeAuthority(directory.resolve("ca.crt"));
    authority
        .issue("localhost", "localhost")
        .write(directory.resolve("tls.crt"), directory.resolve("tls.key"));
    authority
        .issueRsa("localhost", "localhost")
        .write(directory.resolve("server.crt"), directory.resolve("server.key"));
    POSTGRES.useTls(directory.resolve("server.crt"), directory.resolve("server.key"));
  }

  private static String storedByTheServer() throws SQLException {
    try (Connection connection = POSTGRES.superuser();
        var statement = connection.createStatement();
        var result =
            statement.executeQuery("select rolpassword from pg_authid where rolname = 'app'")) {
      result.next();
      return result.getString(1);
    }
  }

  private static void answers(Connection connection) throws SQLException {
    try (connection;
        var statement = connection.createStatement();
        var result = statement.executeQuery("select current_user")) {
      result.next();
      assertThat(result.getString(1)).isEqualTo(PostgresFixture.USER);
    }
  }

  @Test
  void theServersOwnSecretOpensTheServerWithoutThePassword() throws SQLException {
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES).user(PostgresFixture.USER, storedByTheServer()).start()) {
      answers(pooler.connect());
      POSTGRES.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'");
      Awaitility.await().until(() -> pooler.usage().held() == 0);
      answers(pooler.connect());
      assertThatThrownBy(() -> pooler.connect(PostgresFixture.USER, Map.of("password", "wrong")))
          .hasMessageContaining("SASL authentication failed");
    }
  }

  @Test
  void anotherSecretOfTheSamePasswordIsNamedAsTheReason() throws SQLException {
    String stored = storedByTheServer();
    POSTGRES.execute(
        "set scram_iterations = 5000; alter role app password '"
            + PostgresFixture.PASSWORD.replace("'", "''")
            + "'");
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES).user(PostgresFixture.USER, stored).start()) {
      assertThatThrownBy(pooler::connect)
          .hasMessageContaining("wrong password type: the server holds another SCRAM secret")
          .hasMessageNotContaining("SCRAM-SHA-256$");
    } finally {
      POSTGRES.execute("alter role app password '" + stored + "'");
    }
  }

  @Test
  void clientsAndServersAreBoundToTheirTlsSessions() throws SQLException {
    try (PoolerFixture pooler =
        PoolerFixture.before(POSTGRES)
            .user(PostgresFixture.USER, storedByTheServer())
            .clientTls("require", directory)
            .set("server_tls_sslmode", "require")
            .start()) {
      answers(
          pooler.connect(
              PostgresFixture.USER, Map.of("sslmode", "require", "channelBinding", "require")));
      answers(
          pooler.connect(
              PostgresFixture.USER, Map.of("sslmode", "require", "channelBinding", "disable")));
    }
  }
}
