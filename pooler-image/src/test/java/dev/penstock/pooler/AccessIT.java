package dev.penstock.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.auth.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in by which proof: certificates, and the lines of an {@code auth_hba_file}. */
class AccessIT {
  private static final PostgresFixture POSTGRES = PostgresFixture.shared();

  @TempDir static Path directory;

  @BeforeAll
  static void certify() throws Exception {
    Certificates authority = new Certificates("test authority");
    authority.writeAuthority(directory.resolve("ca.crt"));
    authority
        .issue("localhost", "localhost")
        .write(directory.resolve("tls.crt"), directory.resolve("tls.key"));
    for (String name : new String[] {PostgresFixture.USER, "stranger"}) {
      authority
          .issue(name, name + ".example")
          .writeForJdbc(directory.resolve(name + ".crt"), directory.resolve(name + ".pk8"));
    }
    new Certificates("another authority")
        .issue(PostgresFixture.USER, "app.example")
        .writeForJdbc(directory.resolve("false.crt"), directory.resolve("false.pk8"));
  }

  private static PoolerFixture.Builder encrypted(String mode) {
    return PoolerFixture.before(POSTGRES)
        .clientTls(mode, directory)
        .set("client_tls_ca_file", directory.resolve("ca.crt").toString());
  }

  private static PoolerFixture.Builder withRules(PoolerFixture.Builder builder, String... lines)
      throws IOException {
    Path file = Files.writeString(directory.resolve("pg_hba.conf"), String.join("\n", lines));
    return builder.set("auth_type", "hba").set("auth_hba_file", file.toString());
  }

  private static Connection certified(PoolerFixture pooler, String certificate)
      throws SQLException {
    Map<String, String> properties = new HashMap<>();
    properties.put("sslmode", "require");
    properties.put("password", "no one asks for it");
    properties.put("sslcert", directory.resolve(certificate + ".crt").toString());
    properties.put("sslkey", directory.resolve(certificate + ".pk8").toString());
    return pooler.connect(PostgresFixture.USER, properties);
  }

  private static void refused(PoolerFixture pooler, String certificate, String message) {
    assertThatThrownBy(() -> certified(pooler, certificate))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message);
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
  void theCommonNameOfACertificateIsTheUser() throws SQLException {
    try (PoolerFixture pooler = encrypted("verify-full").set("auth_type", "cert").start()) {
      answers(certified(pooler, PostgresFixture.USER));
      refused(pooler, "stranger", "certificate authentication failed");
      // Of an authority that is not trusted: cut off in the handshake.
      assertThatThrownBy(() -> certified(pooler, "false")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> pooler.connect(PostgresFixture.USER, Map.of("sslmode", "require")))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aMapSaysWhoseCertificateMayLogInAsWhom() throws Exception {
    Path maps =
        Files.writeString(
            directory.resolve("pg_ident.conf"), "staff stranger app\nothers app somebody\n");
    try (PoolerFixture pooler =
        withRules(encrypted("require"), "hostssl app all all cert map=staff")
            .set("auth_ident_file", maps.toString())
            .start()) {
      answers(certified(pooler, "stranger"));
      refused(pooler, PostgresFixture.USER, "certificate authentication failed");
      assertThatThrownBy(() -> certified(pooler, "false")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> pooler.connect(PostgresFixture.USER, Map.of("sslmode", "require")))
          .hasMessageContaining("certificate authentication failed");
    }
  }

  @Test
  void theFirstLineThatMatchesSaysHowAndNoneRefuses() throws Exception {
    try (PoolerFixture pooler =
        withRules(
                PoolerFixture.before(POSTGRES),
                "host all old 127.0.0.0/8 reject",
                "host app app ::1/128 trust",
                "host app app 127.0.0.0/8 scram-sha-256",
                "host app all 127.0.0.0/8 trust")
            .start()) {
      answers(pooler.connect());
      assertThatThrownBy(() -> pooler.connect(PostgresFixture.USER, Map.of("password", "wrong")))
          .hasMessageContaining("SASL authentication failed");
      assertThatThrownBy(() -> pooler.connect(PostgresFixture.MD5_USER, Map.of()))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getMessage()).contains("login rejected");
                assertThat(e.getSQLState()).isEqualTo("28000");
              });
      try (RawClient client = pooler.raw()) {
        client.startup("user", PostgresFixture.USER, "database", "elsewhere");
        RawClient.Message error = client.until('E').getLast();
        assertThat(error.field('C')).isEqualTo("28000");
        assertThat(error.field('M')).isEqualTo("no authentication method is found");
      }
    }
  }

  @Test
  void changedRulesAreInForceWithoutARestart() throws Exception {
    try (PoolerFixture pooler =
        withRules(PoolerFixture.before(POSTGRES), "host all all all reject").start()) {
      assertThatThrownBy(pooler::connect).hasMessageContaining("login rejected");
      Path file = directory.resolve("pg_hba.conf");
      Files.writeString(directory.resolve("users"), "app\n");
      Files.writeString(file, "host all @users all scram-sha-256\n");
      Awaitility.await().ignoreExceptions().untilAsserted(() -> answers(pooler.connect()));
      Files.writeString(directory.resolve("users"), "somebody_else\n");
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(pooler::connect)
                      .hasMessageContaining("no authentication method is found"));
    }
  }
}
