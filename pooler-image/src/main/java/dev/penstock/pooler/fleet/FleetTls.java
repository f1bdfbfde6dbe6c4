package dev.penstock.pooler.fleet;

import dev.penstock.pooler.auth.PemFiles;
import dev.penstock.pooler.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS of the fleet port and towards those of other instances: this instance's certificate, and the
 * authority that others need.
 */
final class FleetTls {

  private static final String PROTOCOL = "TLS";
  private static final String STORE = "PKCS12";

  private FleetTls() {}

  /**
   * Reads the three files.
   *
   * @throws ConfigurationException naming the one that cannot be used
   */
  static SSLContext read(Path certificateFile, Path keyFile, Path authorityFile)
      throws ConfigurationException {
    var key = PemFiles.privateKey(keyFile);
    var chain = PemFiles.certificates(certificateFile);
    var authorities = PemFiles.certificates(authorityFile);
    // The store never leaves memory; its password protects nothing.
    var password = new char[0];
    try {
      var own = KeyStore.getInstance(STORE);
      own.load(null, password);
      own.setKeyEntry("own", key, password, chain.toArray(X509Certificate[]::new));
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, password);

      var trusted = KeyStore.getInstance(STORE);
      trusted.load(null, password);
      for (var number = 0; number < authorities.size(); number++) {
        trusted.setCertificateEntry("authority-" + number, authorities.get(number));
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);

      var context = SSLContext.getInstance(PROTOCOL);
      context.init(keys.getKeyManagers(), trustManagers(trust, chain.getFirst()), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ConfigurationException(
          certificateFile,
          "TLS cannot be set up with it and its key (" + e + "); do they belong together?",
          e);
    }
  }

  private static TrustManager[] trustManagers(TrustManagerFactory factory, X509Certificate own)
      throws GeneralSecurityException {
    for (var manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager authority) {
        return new TrustManager[] {new FleetTrust(authority, own)};
      }
    }
    throw new KeyManagementException("no X.509 trust manager");
  }

  /** A context that asks for the current one whenever a connection begins. */
  static SSLContext following(Supplier<SSLContext> current) {
    return new Following(new FollowingSpi(current), current.get());
  }

  private static final class Following extends SSLContext {
    Following(SSLContextSpi spi, SSLContext like) {
      super(spi, like.getProvider(), PROTOCOL);
    }
  }

  private static final class FollowingSpi extends SSLContextSpi {

    private final Supplier<SSLContext> current;

    FollowingSpi(Supplier<SSLContext> current) {
      this.current = current;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("it follows files and cannot be set");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return current.get().getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return current.get().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return current.get().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return current.get().createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return current.get().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return current.get().getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return current.get().getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return current.get().getSupportedSSLParameters();
    }
  }
}
