package dev.penstock.operator.fleet;

/**
 * A certificate and its key, PEM.
 *
 * @param certificate one certificate
 * @param key its private key, PKCS #8
 */
public record KeyMaterial(String certificate, String key) {

  /** Says nothing of the key, so that it never reaches a log. */
  @Override
  public String toString() {
    return "KeyMaterial[" + certificate.length() + " characters of certificate]";
  }
}
