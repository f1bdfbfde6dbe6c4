package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.RawClient.Message;
import dev.penstock.pooler.auth.Certificates;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();
  private static final int SSL_REQUEST = 1234 << 16 | 5679;

  @TempDir static Path directory;

  @BeforeAll
  static void certify() throws Exception {
    Certificates authority = new Certificates("test authority");
    authority.writeAuthority(directory.resolve("ca.crt"));
    new Certificates("another authority").writeAuthority(directory.resolve("other-ca.crt"));
    authority
        .issue("localhost", "localhost")
        .write(directory.resolve("tls.crt"), directory.resolve("tls.key"));
    POSTGRES.useTls(directory.resolve("tls.crt"), directory.resolve("tls.key"));
  }

  private static PoolerFixture.Builder towardsClients(String mode) {
    return PoolerFixture.before(POSTGRES).clientTls(mode, directory);
  }

  private static PoolerFixture.Builder towardsServers(String mode, String host, String authority) {
    return PoolerFixture.before(POSTGRES)
        .database("tls", "host=%s port=%d dbname=app user=app".formatted(host, POSTGRES.port()))
        .set("auth_type", "trust")
        .set("server_tls_sslmode", mode)
        .set("server_tls_ca_file", directory.resolve(authority).toString());
  }

  private static String encrypted(RawClient client) {
    client.until('Z');
    client.query("select ssl::text from pg_stat_ssl where pid = pg_backend_pid()");
    return client.until('Z').get(1).text();
  }

  @Test
  void aClientThatVerifiesThePoolerIsServedByTls() throws SQLException {
    try (PoolerFixture pooler = towardsClients("require").start();
        Connection connection =
            pooler.connect(
                PostgresFixture.USER,
                Map.of(
                    "sslmode",
                    "verify-ca",
                    "sslrootcert",
                    directory.resolve("ca.crt").toString()));
        var statement = connection.createStatement();
        var result = statement.executeQuery("select repeat('x', 1000000)")) {
      result.next();
      assertThat(result.getString(1)).hasSize(1_000_000);
    }
  }

  @Test
  void aClientWithoutTlsIsRefusedWhereItIsRequired() {
    try (PoolerFixture pooler = towardsClients("require").start()) {
      assertThatThrownBy(pooler::connect)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("SSL required");
    }
  }

  @Test
  void aClientWithoutTlsIsServedWhereItIsOnlyPreferred() throws SQLException {
    try (PoolerFixture pooler = towardsClients("prefer").start();
        Connection connection = pooler.connect()) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void whatWasSentInTheClearBeforeTlsIsRefused() {
    try (PoolerFixture pooler = towardsClients("require").start();
        RawClient client = pooler.raw()) {
      client.bytes(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f, 0, 0, 0, 9, 0, 3, 0, 0, 0});
      Message error = client.until('E').getLast();
      assertThat(error.field('C')).isEqualTo("08P01");
    }
  }

  @Test
  void aRequestForTlsIsDeclinedWhereItIsDisabled() {
    try (PoolerFixture pooler = PoolerFixture.before(POSTGRES).set("auth_type", "trust").start();
        RawClient client = pooler.raw()) {
      client.startup(SSL_REQUEST, new byte[0]);
      assertThat(client.readByte()).isEqualTo('N');
      client.startup(SSL_REQUEST + 1, new byte[0]);
      assertThat(client.readByte()).isEqualTo('N');
      client.trusted(PostgresFixture.USER);
    }
  }

  @Test
  void theServerIsSpokenToByTlsAndItsNameIsVerified() {
    try (PoolerFixture pooler = towardsServers("verify-full", "localhost", "ca.crt").start();
        RawClient client = pooler.raw()) {
      client.startup("user", PostgresFixture.USER, "database", "tls");
      assertThat(encrypted(client)).endsWith("true");
    }
  }

  @Test
  void aServerWithAnotherNameFailsVerifyFullAndPassesVerifyCa() {
    try (PoolerFixture pooler = towardsServers("verify-full", "127.0.0.1", "ca.crt").start();
        RawClient client = pooler.raw()) {
      client.startup("user", PostgresFixture.USER, "database", "tls");
      Message error = client.until('E').getLast();
      assertThat(error.field('C')).isEqualTo("08001");
      assertThat(error.field('M')).startsWith("TLS with the server failed: ");
      assertThat(pooler.usage().active()).isZero();
    }
    try (PoolerFixture pooler = towardsServers("verify-ca", "127.0.0.1", "ca.crt").start();
        RawClient client = pooler.raw()) {
      client.startup("user", PostgresFixture.USER, "database", "tls");
      assertThat(encrypted(client)).endsWith("true");
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsNotTrusted() {
    try (PoolerFixture pooler = towardsServers("verify-ca", "localhost", "other-ca.crt").start();
        RawClient client = pooler.raw()) {
      client.startup("user", PostgresFixture.USER, "database", "tls");
      assertThat(client.until('E').getLast().field('M')).startsWith("TLS with the server failed: ");
    }
  }
}
