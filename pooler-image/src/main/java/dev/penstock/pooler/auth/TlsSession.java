package dev.penstock.pooler.auth;

import com.ongres.scram.common.util.TlsServerEndpoint;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS session tells of its two ends. A client's certificate is one that was checked: none is
 * asked for where it would not be. A server's was checked only from {@code verify-ca} on.
 *
 * @param peer the other end's certificate, null when it has shown none
 * @param server the server's certificate, null when it is not known
 */
public record TlsSession(@Nullable X509Certificate peer, @Nullable X509Certificate server) {

  /** A session in which this process is the server. */
  public static TlsSession withClient(SSLSession session) {
    return new TlsSession(peer(session), first(session.getLocalCertificates()));
  }

  /** A session in which the other end is the server. */
  public static TlsSession withServer(SSLSession session) {
    var peer = peer(session);
    return new TlsSession(peer, peer);
  }

  private static @Nullable X509Certificate peer(SSLSession session) {
    try {
      return first(session.getPeerCertificates());
    } catch (SSLPeerUnverifiedException _) {
      // Its way to say that there is none.
      return null;
    }
  }

  private static @Nullable X509Certificate first(Certificate @Nullable [] chain) {
    return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate certificate
        ? certificate
        : null;
  }

  /**
   * The common name of the other end's certificate; null when there is no certificate, or not
   * exactly one such name, or one that is not text.
   */
  @Nullable String commonName() {
    if (peer == null) {
      return null;
    }
    List<String> names = new ArrayList<>();
    try {
      for (var part : new LdapName(peer.getSubjectX500Principal().getName()).getRdns()) {
        var name = part.toAttributes().get("CN");
        for (var i = 0; name != null && i < name.size(); i++) {
          names.add(name.get(i) instanceof String text ? text : "");
        }
      }
    } catch (NamingException e) {
      return null;
    }
    return names.size() == 1 && !names.getFirst().isEmpty() && names.getFirst().indexOf(0) < 0
        ? names.getFirst()
        : null;
  }

  /**
   * What SCRAM binds itself to (RFC 5929, tls-server-end-point); empty when the server's
   * certificate has none.
   */
  byte[] endPoint() {
    // Without a digest in its name (Ed25519, RSASSA-PSS) the two ends may not agree on one.
    if (server == null || !server.getSigAlgName().contains("with")) {
      return new byte[0];
    }
    try {
      return TlsServerEndpoint.getChannelBindingData(server);
    } catch (CertificateEncodingException e) {
      return new byte[0];
    }
  }
}
