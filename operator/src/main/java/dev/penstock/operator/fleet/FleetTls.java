package dev.penstock.operator.fleet;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Mutual TLS with the instances of one fleet. An instance is reached by its pod's address, which no
 * certificate can name beforehand; it must show a certificate of the fleet's own authority with the
 * fleet's name ({@link FleetId#serverName()}) instead.
 */
final class FleetTls {

  private static final int DNS_NAME = 2;

  private FleetTls() {}

  static SSLContext context(FleetId fleet, FleetIdentity identity)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        keys(identity.operator()),
        new TrustManager[] {new FleetTrust(fleet.serverName(), authority(identity.trusted()))},
        null);
    // Kept for nobody; and none is the word for as many as there are.
    context.getClientSessionContext().setSessionCacheSize(1);
    return context;
  }

  private static KeyManager[] keys(KeyMaterial material)
      throws GeneralSecurityException, IOException {
    // The store never leaves memory; its password protects nothing.
    char[] password = new char[0];
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, password);
    store.setKeyEntry(
        "key",
        Pem.privateKey(material.key()),
        password,
        Pem.certificates(material.certificate()).toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    return factory.getKeyManagers();
  }

  private static X509TrustManager authority(String trusted)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (X509Certificate certificate : Pem.certificates(trusted)) {
      store.setCertificateEntry("authority-" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("no X.509 trust manager"));
  }

  /** Checks the chain as usual, and the fleet's name in place of the address. */
  private static final class FleetTrust extends X509ExtendedTrustManager {
    private final String serverName;
    private final X509TrustManager authority;

    FleetTrust(String serverName, X509TrustManager authority) {
      this.serverName = serverName;
      this.authority = authority;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      authority.checkServerTrusted(chain, authType);
      Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
      boolean named =
          names != null
              && names.stream()
                  .anyMatch(
                      name ->
                          Integer.valueOf(DNS_NAME).equals(name.get(0))
                              && serverName.equals(name.get(1)));
      if (!named) {
        throw new CertificateException(
            "the certificate is for " + names + ", not for " + serverName);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("the operator has no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return authority.getAcceptedIssuers();
    }
  }
}
