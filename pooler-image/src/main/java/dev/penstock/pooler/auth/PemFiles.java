package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.penstock.pooler.config.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Certificates and private keys as PEM (RFC 7468). */
public final class PemFiles {

  private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN (RSA |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1PRIVATE KEY-----");

  /** Version 0 and the identifier of RSA: what PKCS#8 puts before a PKCS#1 key. */
  private static final byte[] RSA_PREFIX = Base64.getDecoder().decode("AgEAMA0GCSqGSIb3DQEBAQUA");

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  private PemFiles() {}

  /**
   * The certificates of a file, at least one, in their order there.
   *
   * @throws ConfigurationException naming the file and the remedy
   */
  public static List<X509Certificate> certificates(Path file) throws ConfigurationException {
    try (var in = new ByteArrayInputStream(Files.readAllBytes(file))) {
      var certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (certificates.isEmpty()) {
        throw new GeneralSecurityException("there is none");
      }
      return certificates;
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigurationException(
          file, "no PEM certificate can be read (" + e + "); give BEGIN CERTIFICATE blocks", e);
    }
  }

  /**
   * The private key of a file: PKCS#8, or PKCS#1 as cert-manager writes it by default.
   *
   * @throws ConfigurationException naming the file and the remedy, never its content
   */
  public static PrivateKey privateKey(Path file) throws ConfigurationException {
    try {
      var matcher = KEY.matcher(Files.readString(file, US_ASCII));
      if (!matcher.find()) {
        throw new InvalidKeySpecException("no such block");
      }
      var der = Base64.getMimeDecoder().decode(matcher.group(2));
      return decode(matcher.group(1).isEmpty() ? der : wrapPkcs1(der));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new ConfigurationException(
          file,
          "no private key can be read ("
              + e.getClass().getSimpleName()
              + "); give an unencrypted PEM key, BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY",
          e);
    }
  }

  private static PrivateKey decode(byte[] pkcs8) throws GeneralSecurityException {
    var failure = new InvalidKeySpecException("neither of " + KEY_ALGORITHMS);
    for (var algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  private static byte[] wrapPkcs1(byte[] pkcs1) {
    return der(SEQUENCE, RSA_PREFIX, der(OCTET_STRING, pkcs1));
  }

  /** Tag, length in the long form with two bytes of it, and contents: a key is short enough. */
  private static byte[] der(int tag, byte[]... contents) {
    var length = 0;
    for (var content : contents) {
      length += content.length;
    }
    var out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(0x82);
    out.write(length >> 8);
    out.write(length);
    for (var content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }
}
