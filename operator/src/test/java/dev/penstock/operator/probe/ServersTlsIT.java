package dev.penstock.operator.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The questions, to a PostgreSQL that asks for SCRAM over TLS. */
class ServersTlsIT {

  private static final String NAME = "localhost";
  private static final String ADDRESS = "127.0.0.1";
  private static final List<String> ACCESS =
      List.of(
          "local all all trust",
          "host all postgres all trust",
          "hostssl all all all scram-sha-256");

  private static EmbeddedPostgres postgres;
  private static Issued own;

  private static final ServerProbe probe =
      new ServerProbe(Clock.systemUTC(), Duration.ofSeconds(5));

  /** A certificate that vouches for itself, and its key; PEM. */
  private record Issued(String certificate, String key) {}

  @BeforeAll
  static void start()
      throws IOException, SQLException, GeneralSecurityException, OperatorCreationException {
    own = issue();
    Path data = Files.createTempDirectory("postgres-tls");
    postgres =
        EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(true).start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create role probe login password 'right' in role pg_monitor");
      Files.writeString(data.resolve("server.crt"), own.certificate());
      Path key = Files.writeString(data.resolve("server.key"), own.key());
      // PostgreSQL insists on a key that no one else can read.
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
      Files.write(data.resolve("pg_hba.conf"), ACCESS);
      statement.execute("alter system set ssl = on");
      statement.execute("select pg_reload_conf()");
      await().until(() -> isInForce(statement));
    }
    // Sessions know the new settings before the server has taken up the certificate.
    ProbeTarget target = target(ADDRESS, "right", "require", null);
    await()
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> probe.facts(target).maxConnections() > 0);
  }

  private static boolean isInForce(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "select current_setting('ssl') = 'on' and count(*) = %d from pg_hba_file_rules"
                .formatted(ACCESS.size()))) {
      return row.next() && row.getBoolean(1);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  private static Issued issue()
      throws IOException, GeneralSecurityException, OperatorCreationException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    X500Principal name = new X500Principal("CN=database");
    Instant now = Instant.now();
    var certificate =
        new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(now.minus(Duration.ofMinutes(5))),
                Date.from(now.plus(Duration.ofHours(1))),
                name,
                keys.getPublic())
            .addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, NAME)))
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
    return new Issued(pem(certificate), pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  private static ProbeTarget target(
      String host, String password, String tls, @Nullable String authorities) {
    return new ProbeTarget(
        host, postgres.getPort(), "postgres", "probe", password, tls, authorities);
  }

  private ProbeFailure failure(ProbeTarget target) {
    try {
      throw new AssertionError(target + " was answered: " + probe.facts(target));
    } catch (SQLException refused) {
      return ProbeFailure.of(target, refused);
    }
  }

  @Test
  void aWrongPasswordIsAnAuthenticationFailureThatNamesTheSecretAndNotThePassword() {
    ProbeFailure failure = failure(target(ADDRESS, "mistaken", "require", null));
    assertThat(failure.reason()).isEqualTo(ProbeFailure.Reason.AuthenticationFailed);
    assertThat(failure.message()).contains("credentialsSecretRef").doesNotContain("mistaken");
  }

  @Test
  void theRightPasswordIsAcceptedOverTls() throws SQLException {
    ServerFacts facts = probe.facts(target(ADDRESS, "right", "require", null));
    assertThat(facts.maxConnections()).isPositive();
  }

  @Test
  void aCertificateOfTheAuthorityIsAcceptedForTheNameItBears() throws SQLException {
    ServerFacts byName = probe.facts(target(NAME, "right", "verify-full", own.certificate()));
    ServerFacts byAuthority = probe.facts(target(ADDRESS, "right", "verify-ca", own.certificate()));
    assertThat(byName.saysTheSameAs(byAuthority)).isTrue();
  }

  @Test
  void aCertificateForAnotherNameIsATlsFailureUnderVerifyFull() {
    ProbeFailure failure = failure(target(ADDRESS, "right", "verify-full", own.certificate()));
    assertThat(failure.reason()).isEqualTo(ProbeFailure.Reason.TlsFailed);
    assertThat(failure.message()).contains("verify-full").contains("caSecretRef");
  }

  @Test
  void aCertificateOfAnotherAuthorityIsATlsFailure()
      throws IOException, GeneralSecurityException, OperatorCreationException {
    String other = issue().certificate();
    for (String mode : List.of("verify-ca", "verify-full")) {
      ProbeFailure failure = failure(target(NAME, "right", mode, other));
      assertThat(failure.reason()).as(mode).isEqualTo(ProbeFailure.Reason.TlsFailed);
    }
  }

  @Test
  void anAuthorityThatIsNoCertificateIsATlsFailure() {
    ProbeFailure failure = failure(target(NAME, "right", "verify-full", "no certificate"));
    assertThat(failure.reason()).isEqualTo(ProbeFailure.Reason.TlsFailed);
  }
}
