package dev.penstock.pooler.config;

/**
 * How much TLS a side wants ({@code client_tls_sslmode}, {@code server_tls_sslmode}). The order is
 * from the least strict to the strictest.
 */
public enum TlsMode implements Spelled {
  DISABLE("disable"),
  ALLOW("allow"),
  PREFER("prefer"),
  REQUIRE("require"),
  VERIFY_CA("verify-ca"),
  VERIFY_FULL("verify-full");

  private final String spelling;

  TlsMode(String spelling) {
    this.spelling = spelling;
  }

  @Override
  public String spelling() {
    return spelling;
  }

  /** Whether a connection without TLS is refused. */
  public boolean required() {
    return compareTo(REQUIRE) >= 0;
  }

  /** Whether the other side's certificate is checked against the CA file. */
  public boolean verifiesCertificate() {
    return compareTo(VERIFY_CA) >= 0;
  }
}
