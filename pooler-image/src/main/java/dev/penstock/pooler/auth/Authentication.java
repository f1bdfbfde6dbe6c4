package dev.penstock.pooler.auth;

/** Numbers that tell Authentication messages apart (PostgreSQL protocol, message formats). */
public final class Authentication {

  public static final int OK = 0;
  public static final int CLEARTEXT_PASSWORD = 3;
  public static final int MD5_PASSWORD = 5;
  public static final int SASL = 10;
  public static final int SASL_CONTINUE = 11;
  public static final int SASL_FINAL = 12;

  static final String SCRAM_SHA_256 = "SCRAM-SHA-256";

  /** The same, bound to the TLS session that it goes through (RFC 5802, section 6). */
  static final String SCRAM_SHA_256_PLUS = SCRAM_SHA_256 + "-PLUS";

  /** What it is bound to: the server's certificate (RFC 5929). */
  static final String CHANNEL_BINDING = "tls-server-end-point";

  /** Longest message of a login that is looked at; true ones have a few hundred bytes. */
  static final int LONGEST_MESSAGE = 4_096;

  private Authentication() {}
}
