package dev.penstock.pooler.config;

/** How a client proves who it is ({@code auth_type}). */
public enum AuthType implements Spelled {
  /** Not at all; the user must still be in the {@code auth_file}. */
  TRUST("trust"),
  /** By MD5 of the password, or by SCRAM where the {@code auth_file} holds a SCRAM secret. */
  MD5("md5"),
  /** By SCRAM-SHA-256 (RFC 7677). */
  SCRAM_SHA_256("scram-sha-256");

  private final String spelling;

  AuthType(String spelling) {
    this.spelling = spelling;
  }

  @Override
  public String spelling() {
    return spelling;
  }
}
