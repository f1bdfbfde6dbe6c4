package dev.penstock.pooler.fleet;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom an instance trusts. Another instance is reached by its address, which no certificate can
 * name beforehand; in its place the certificate must bear the fleet's name, which is the one in
 * this instance's own.
 */
final class FleetTrust extends X509ExtendedTrustManager {

  /** A {@code dNSName} among the subject's alternative names (RFC 5280, 4.2.1.6). */
  private static final Integer DNS_NAME = 2;

  private final X509ExtendedTrustManager authority;
  private final Set<String> own;

  FleetTrust(X509ExtendedTrustManager authority, X509Certificate own)
      throws CertificateParsingException {
    this.authority = authority;
    this.own = names(own);
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
    var names = certificate.getSubjectAlternativeNames();
    return Objects.requireNonNullElse(names, Collections.<List<?>>emptyList()).stream()
        .filter(name -> DNS_NAME.equals(name.get(0)))
        .map(name -> String.valueOf(name.get(1)))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    authority.checkServerTrusted(chain, authType);
    var names = names(chain[0]);
    if (Collections.disjoint(names, own)) {
      throw new CertificateException("the certificate is for " + names + ", not for " + own);
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
    authority.checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    authority.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    authority.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authority.getAcceptedIssuers();
  }
}
