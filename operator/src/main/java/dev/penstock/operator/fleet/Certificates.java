package dev.penstock.operator.fleet;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Issues and renews the certificates of a fleet: an authority of its own for each pool, so that the
 * instances of one pool are nothing to those of another. EC P-256, signed with SHA-256.
 *
 * <p>Stateless but for the clock; any thread may use it.
 */
public final class Certificates {

  /** How long an authority is valid. */
  static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);

  /** How long the certificates of instances and operator are valid. */
  static final Duration LIFETIME = Duration.ofDays(90);

  /** The operator's name, that instances ask for. */
  static final String OPERATOR_NAME = "penstock-operator";

  /** Clocks of nodes differ; what is issued now is valid a little earlier. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final int SERIAL_BITS = 127;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public Certificates(Clock clock) {
    this.clock = clock;
  }

  /** A certificate with its key, before it is written as PEM. */
  private record Issued(X509Certificate certificate, PrivateKey key) {
    KeyMaterial pem() throws IOException {
      return new KeyMaterial(write(certificate), write(new JcaPKCS8Generator(key, null)));
    }
  }

  /** Issues everything anew. */
  public FleetIdentity issue(FleetId fleet) {
    try {
      return underNewAuthority(fleet, "");
    } catch (GeneralSecurityException | OperatorCreationException | IOException impossible) {
      throw new IllegalStateException("cannot issue certificates for " + fleet, impossible);
    }
  }

  /**
   * Renews what has two thirds of its life behind it. The certificate of an authority that is
   * replaced stays trusted, so that instances that have not read the new files yet are understood.
   *
   * @return what equals {@code identity} if nothing is due
   */
  public FleetIdentity renew(FleetId fleet, FleetIdentity identity) {
    try {
      X509Certificate authority = Pem.certificates(identity.authority().certificate()).getFirst();
      if (isDue(authority)) {
        return underNewAuthority(fleet, identity.authority().certificate());
      }
      Issued issuer = new Issued(authority, Pem.privateKey(identity.authority().key()));
      KeyMaterial instance = identity.instance();
      KeyMaterial operator = identity.operator();
      if (isDue(instance)) {
        instance = forInstances(fleet, issuer);
      }
      if (isDue(operator)) {
        operator = forOperator(issuer);
      }
      return new FleetIdentity(identity.authority(), identity.trusted(), instance, operator);
    } catch (GeneralSecurityException | OperatorCreationException | IOException unreadable) {
      throw new IllegalArgumentException(
          "the certificates of "
              + fleet
              + " cannot be read ("
              + unreadable.getMessage()
              + "): delete the Secrets that hold them, and they are issued anew",
          unreadable);
    }
  }

  private FleetIdentity underNewAuthority(FleetId fleet, String alsoTrusted)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    Issued authority = selfSigned(fleet);
    KeyMaterial pem = authority.pem();
    return new FleetIdentity(
        pem,
        pem.certificate() + alsoTrusted,
        forInstances(fleet, authority),
        forOperator(authority));
  }

  private boolean isDue(KeyMaterial material) throws GeneralSecurityException, IOException {
    return isDue(Pem.certificates(material.certificate()).getFirst());
  }

  private boolean isDue(X509Certificate certificate) {
    Instant from = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
    return clock.instant().isAfter(from.plus(life.multipliedBy(2).dividedBy(3)));
  }

  private Issued selfSigned(FleetId fleet)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    KeyPair keys = newKeys();
    X500Principal name = new X500Principal("CN=penstock-fleet-ca,OU=" + fleet.serverName());
    JcaX509v3CertificateBuilder certificate = builder(name, AUTHORITY_LIFETIME, name, keys);
    certificate
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return new Issued(sign(certificate, keys.getPrivate()), keys.getPrivate());
  }

  private KeyMaterial forInstances(FleetId fleet, Issued authority)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    // To one another they are clients, too: they pass cancel requests on.
    return leaf(
        "penstock-pooler",
        fleet.serverName(),
        authority,
        KeyPurposeId.id_kp_serverAuth,
        KeyPurposeId.id_kp_clientAuth);
  }

  private KeyMaterial forOperator(Issued authority)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    return leaf(OPERATOR_NAME, OPERATOR_NAME, authority, KeyPurposeId.id_kp_clientAuth);
  }

  private KeyMaterial leaf(
      String commonName, String dnsName, Issued authority, KeyPurposeId... purposes)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    KeyPair keys = newKeys();
    JcaX509v3CertificateBuilder certificate =
        builder(
            authority.certificate().getSubjectX500Principal(),
            LIFETIME,
            new X500Principal("CN=" + commonName),
            keys);
    certificate
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
    return new Issued(sign(certificate, authority.key()), keys.getPrivate()).pem();
  }

  private JcaX509v3CertificateBuilder builder(
      X500Principal issuer, Duration lifetime, X500Principal subject, KeyPair keys) {
    Instant now = clock.instant();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, random),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(now.plus(lifetime)),
        subject,
        keys.getPublic());
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder certificate, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }

  private KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private static String write(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(object);
    }
    return text.toString();
  }
}
