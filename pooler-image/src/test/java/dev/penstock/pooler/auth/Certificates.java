package dev.penstock.pooler.auth;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A certificate authority for tests. */
public final class Certificates {

  /** A certificate and its key. */
  public record Issued(X509Certificate certificate, KeyPair keys) {

    /** Writes both as PEM, each file at once. */
    public void write(Path certificateFile, Path keyFile) throws IOException {
      try {
        writePem(keyFile, "PRIVATE KEY", keys.getPrivate().getEncoded());
        writePem(certificateFile, "CERTIFICATE", certificate.getEncoded());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The same with the key as the JDBC driver takes it: PKCS#8 without PEM. */
    public void writeForJdbc(Path certificateFile, Path keyFile) throws IOException {
      write(certificateFile, keyFile);
      Files.write(keyFile, keys.getPrivate().getEncoded());
    }
  }

  private static final Duration VALIDITY = Duration.ofHours(1);

  private final String name;
  private final Issued authority;
  private long serial = 1;

  /** A new authority. */
  public Certificates(String name) {
    this.name = name;
    this.authority = issue(name, "authority", newKeys("EC"), true, null);
  }

  /** A certificate of this authority, for a common name and a DNS name. */
  public Issued issue(String commonName, String dnsName) {
    return issue(commonName, dnsName, newKeys("EC"), false, authority);
  }

  /** The same with a key of another algorithm. */
  public Issued issueRsa(String commonName, String dnsName) {
    return issue(commonName, dnsName, newKeys("RSA"), false, authority);
  }

  /** Writes the authority's own certificate as PEM. */
  public Path writeAuthority(Path file) throws IOException, GeneralSecurityException {
    return writePem(file, "CERTIFICATE", authority.certificate().getEncoded());
  }

  /**
   * TLS as one who has a certificate of an authority, or none, and trusts this one.
   *
   * @param own null for one without a certificate
   */
  public SSLContext context(@Nullable Issued own) {
    try {
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", authority.certificate());
      var trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      var keys = KeyManagerFactory.getInstance("PKIX");
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      if (own != null) {
        var chain = new X509Certificate[] {own.certificate()};
        store.setKeyEntry("own", own.keys().getPrivate(), new char[0], chain);
      }
      keys.init(store, new char[0]);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes one PEM block, replacing the file in one step. */
  public static Path writePem(Path file, String type, byte[] der) throws IOException {
    var base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    var fresh = Files.createTempFile(file.getParent(), "pem", null);
    Files.writeString(
        fresh, "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    return Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static KeyPair newKeys(String algorithm) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Issued issue(
      String commonName,
      String dnsName,
      KeyPair keys,
      boolean isAuthority,
      @Nullable Issued issuer) {
    try {
      var now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=" + name),
              BigInteger.valueOf(serial++),
              Date.from(now.minus(VALIDITY)),
              Date.from(now.plus(VALIDITY)),
              new X500Name("CN=" + commonName),
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
      var signer =
          new JcaContentSignerBuilder("SHA256withECDSA")
              .build((issuer == null ? keys : issuer.keys()).getPrivate());
      return new Issued(
          new JcaX509CertificateConverter().getCertificate(builder.build(signer)), keys);
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException(e);
    }
  }
}
