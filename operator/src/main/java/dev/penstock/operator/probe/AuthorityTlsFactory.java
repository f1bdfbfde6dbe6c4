package dev.penstock.operator.probe;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postgresql.ssl.WrappedFactory;

/**
 * TLS that trusts the authorities in a PEM text: pgjdbc itself reads them from files only, and the
 * operator keeps none. Whether the host is verified too is left to the driver's {@code sslmode}.
 */
public final class AuthorityTlsFactory extends WrappedFactory {

  /**
   * Made by the driver.
   *
   * @param authorities the driver's {@code sslfactoryarg}: one or more certificates, PEM
   * @throws GeneralSecurityException if they cannot be read
   */
  public AuthorityTlsFactory(String authorities) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(authorities.getBytes(StandardCharsets.UTF_8)))) {
      store.setCertificateEntry("authority-" + number++, certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    factory = context.getSocketFactory();
  }
}
