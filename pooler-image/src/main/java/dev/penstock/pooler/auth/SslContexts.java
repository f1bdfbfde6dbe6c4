package dev.penstock.pooler.auth;

import dev.penstock.pooler.config.AuthType;
import dev.penstock.pooler.config.ConfigurationException;
import dev.penstock.pooler.config.ReloadingFiles;
import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.config.TlsMode;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * TLS with clients and with servers as the settings want it, following the files when they change.
 *
 * <p>Give the results to a {@link dev.penstock.pooler.config.FileWatch}; take the context anew for
 * each connection.
 */
public final class SslContexts {

  private SslContexts() {}

  /**
   * TLS with clients, who must show a certificate from {@code verify-ca} on, and may show one below
   * it where a line of the {@code auth_hba_file} may want it; empty when {@code client_tls_sslmode}
   * is {@code disable}. A certificate that is shown is always checked.
   *
   * @throws ConfigurationException when a file cannot be used
   */
  public static Optional<ReloadingFiles<SslContext>> forClients(Settings settings)
      throws ConfigurationException {
    if (settings.get(Settings.CLIENT_TLS_SSLMODE) == TlsMode.DISABLE) {
      return Optional.empty();
    }
    return Optional.of(
        ReloadingFiles.load(
            "TLS with clients",
            files(
                settings,
                List.of(
                    Settings.CLIENT_TLS_KEY_FILE,
                    Settings.CLIENT_TLS_CERT_FILE,
                    Settings.CLIENT_TLS_CA_FILE)),
            () -> clientContext(settings)));
  }

  /**
   * TLS with servers; empty when {@code server_tls_sslmode} is {@code disable}. The handler of a
   * connection must be made with the server's host and port: {@code verify-full} checks that name.
   *
   * @throws ConfigurationException when a file cannot be used
   */
  public static Optional<ReloadingFiles<SslContext>> forServers(Settings settings)
      throws ConfigurationException {
    if (settings.get(Settings.SERVER_TLS_SSLMODE) == TlsMode.DISABLE) {
      return Optional.empty();
    }
    return Optional.of(
        ReloadingFiles.load(
            "TLS with servers",
            files(
                settings,
                List.of(
                    Settings.SERVER_TLS_KEY_FILE,
                    Settings.SERVER_TLS_CERT_FILE,
                    Settings.SERVER_TLS_CA_FILE)),
            () -> serverContext(settings)));
  }

  private static SslContext clientContext(Settings settings) throws ConfigurationException {
    var certificate = required(settings, Settings.CLIENT_TLS_CERT_FILE);
    var builder =
        SslContextBuilder.forServer(
                PemFiles.privateKey(required(settings, Settings.CLIENT_TLS_KEY_FILE)),
                chain(certificate))
            .protocols(settings.get(Settings.CLIENT_TLS_PROTOCOLS));
    var required = settings.get(Settings.CLIENT_TLS_SSLMODE).verifiesCertificate();
    var useful =
        settings.get(Settings.AUTH_TYPE) == AuthType.HBA
            && settings.get(Settings.CLIENT_TLS_CA_FILE).isPresent();
    if (required || useful) {
      builder
          .clientAuth(required ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)
          .trustManager(chain(required(settings, Settings.CLIENT_TLS_CA_FILE)));
    }
    return build(builder, certificate);
  }

  private static SslContext serverContext(Settings settings) throws ConfigurationException {
    var mode = settings.get(Settings.SERVER_TLS_SSLMODE);
    var builder =
        SslContextBuilder.forClient()
            .protocols(settings.get(Settings.SERVER_TLS_PROTOCOLS))
            // Without verify-full the name is not checked, which Netty would do by default.
            .endpointIdentificationAlgorithm(mode == TlsMode.VERIFY_FULL ? "HTTPS" : null);
    if (mode.verifiesCertificate()) {
      builder.trustManager(chain(required(settings, Settings.SERVER_TLS_CA_FILE)));
    } else {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    }
    var certificate = settings.get(Settings.SERVER_TLS_CERT_FILE);
    if (certificate.isPresent()) {
      builder.keyManager(
          PemFiles.privateKey(required(settings, Settings.SERVER_TLS_KEY_FILE)),
          chain(certificate.get()));
    }
    return build(builder, certificate.orElse(Path.of("server_tls_sslmode")));
  }

  private static SslContext build(SslContextBuilder builder, Path file)
      throws ConfigurationException {
    try {
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new ConfigurationException(
          file,
          "TLS cannot be set up with it and its key (" + e + "); do they belong together?",
          e);
    }
  }

  private static X509Certificate[] chain(Path file) throws ConfigurationException {
    return PemFiles.certificates(file).toArray(X509Certificate[]::new);
  }

  private static Path required(Settings settings, Setting<Optional<Path>> setting) {
    return settings
        .get(setting)
        .orElseThrow(
            () -> new IllegalArgumentException(setting.name() + " is not set, but needed"));
  }

  private static List<Path> files(Settings settings, List<Setting<Optional<Path>>> fileSettings) {
    return fileSettings.stream().map(settings::get).flatMap(Optional::stream).toList();
  }
}
