package dev.penstock.pooler.auth;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.pooler.config.ConfigurationException;
import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SslContextsTest {

  @TempDir private Path directory;
  private final Certificates authority = new Certificates("authority");

  @BeforeEach
  void writeFiles() throws Exception {
    authority.writeAuthority(directory.resolve("ca.crt"));
    new Certificates("stranger").writeAuthority(directory.resolve("stranger.crt"));
    write("server", authority.issue("server", "db.example"));
    write("client", authority.issue("client", "client.example"));
  }

  @Test
  void isNothingWhenItIsDisabled() throws Exception {
    assertThat(SslContexts.forClients(settings(Map.of()))).isEmpty();
    assertThat(SslContexts.forServers(settings(Map.of("server_tls_sslmode", "disable")))).isEmpty();
  }

  @Test
  void verifyFullWantsTheRightAuthorityAndTheRightName() throws Exception {
    var full = servers("verify-full", "ca.crt");

    handshake(clients("require"), full, "db.example");
    assertThatThrownBy(() -> handshake(clients("require"), full, "other.example"))
        .isInstanceOf(SSLException.class);
    assertThatThrownBy(
            () ->
                handshake(clients("require"), servers("verify-full", "stranger.crt"), "db.example"))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void verifyCaWantsTheRightAuthorityOnly() throws Exception {
    handshake(clients("require"), servers("verify-ca", "ca.crt"), "other.example");
    assertThatThrownBy(
            () ->
                handshake(
                    clients("require"), servers("verify-ca", "stranger.crt"), "other.example"))
        .isInstanceOf(SSLException.class);
  }

  @Test
  void requireTakesAnyCertificate() throws Exception {
    handshake(clients("require"), servers("require", "stranger.crt"), "other.example");
  }

  @Test
  void aClientMustShowACertificateFromVerifyCaOn() throws Exception {
    var without = servers("require", "ca.crt");
    assertThatThrownBy(() -> handshake(clients("verify-ca"), without, "db.example"))
        .isInstanceOf(SSLException.class);

    var with =
        SslContexts.forServers(
                settings(
                    Map.of(
                        "server_tls_sslmode", "require",
                        "server_tls_cert_file", file("client.crt"),
                        "server_tls_key_file", file("client.key"))))
            .orElseThrow()
            .get();
    handshake(clients("verify-full"), with, "db.example");
  }

  @Test
  void followsARotatedCertificate() throws Exception {
    var clients = SslContexts.forClients(clientSettings("require")).orElseThrow();
    var before = clients.get();

    write("server", authority.issueRsa("server", "db.example"));

    assertThat(clients.refresh()).isTrue();
    assertThat(clients.get()).isNotSameAs(before);
    handshake(clients.get(), servers("verify-full", "ca.crt"), "db.example");
  }

  @Test
  void readsAnRsaKeyInTheFormThatCertManagerWrites() throws Exception {
    var issued = authority.issueRsa("server", "db.example");
    write("server", issued);
    var pkcs1 =
        PrivateKeyInfo.getInstance(issued.keys().getPrivate().getEncoded())
            .parsePrivateKey()
            .toASN1Primitive()
            .getEncoded();
    Certificates.writePem(directory.resolve("server.key"), "RSA PRIVATE KEY", pkcs1);

    assertThat(PemFiles.privateKey(directory.resolve("server.key")))
        .isEqualTo(issued.keys().getPrivate());
    handshake(clients("require"), servers("verify-full", "ca.crt"), "db.example");
  }

  @Test
  void namesTheFileThatCannotBeUsed() throws Exception {
    Files.writeString(directory.resolve("server.key"), "hush");
    assertThatThrownBy(() -> SslContexts.forClients(clientSettings("require")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("server.key", "unencrypted PEM")
        .hasMessageNotContaining("hush");

    write("server", authority.issue("server", "db.example"));
    Files.writeString(directory.resolve("server.crt"), "");
    assertThatThrownBy(() -> SslContexts.forClients(clientSettings("require")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("server.crt", "BEGIN CERTIFICATE");
  }

  private void write(String name, Certificates.Issued issued) throws IOException {
    issued.write(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
  }

  private SslContext clients(String mode) throws Exception {
    return SslContexts.forClients(clientSettings(mode)).orElseThrow().get();
  }

  private Settings clientSettings(String mode) throws Exception {
    return settings(
        Map.of(
            "client_tls_sslmode", mode,
            "client_tls_cert_file", file("server.crt"),
            "client_tls_key_file", file("server.key"),
            "client_tls_ca_file", file("ca.crt")));
  }

  private SslContext servers(String mode, String ca) throws Exception {
    return SslContexts.forServers(
            settings(Map.of("server_tls_sslmode", mode, "server_tls_ca_file", file(ca))))
        .orElseThrow()
        .get();
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private static Settings settings(Map<String, String> values) throws Exception {
    var settings = Settings.defaults();
    for (var value : values.entrySet()) {
      Setting<?> setting = Settings.named(value.getKey());
      settings = settings.with(requireNonNull(setting), value.getValue());
    }
    return settings;
  }

  /** Has the pooler's two sides shake hands in memory. */
  private static void handshake(SslContext accepting, SslContext connecting, String host)
      throws SSLException {
    var serverEngine = accepting.newEngine(ByteBufAllocator.DEFAULT);
    var clientEngine = connecting.newEngine(ByteBufAllocator.DEFAULT, host, 5432);
    clientEngine.beginHandshake();
    serverEngine.beginHandshake();
    var size = clientEngine.getSession().getPacketBufferSize() * 2;
    var toServer = ByteBuffer.allocate(size);
    var toClient = ByteBuffer.allocate(size);
    while (busy(clientEngine) || busy(serverEngine)) {
      step(clientEngine, toClient, toServer);
      step(serverEngine, toServer, toClient);
    }
  }

  private static boolean busy(SSLEngine engine) {
    return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
      case NEED_UNWRAP -> {
        in.flip();
        engine.unwrap(in, ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()));
        in.compact();
      }
      case NEED_TASK -> engine.getDelegatedTask().run();
      default -> {
        // Nothing is left to do on this side; the other one may still have something.
      }
    }
  }
}
