package dev.penstock.pooler.config;

import org.jspecify.annotations.Nullable;

/** How one client must prove who it is, as a line of the {@code auth_hba_file} names it. */
public enum AuthMethod implements Spelled {
  TRUST("trust"),
  /** Never lets anyone in. */
  REJECT("reject"),
  /** By the password as it is. */
  PASSWORD("password"),
  MD5("md5"),
  SCRAM_SHA_256("scram-sha-256"),
  CERT("cert"),
  /** By the user that the operating system knows at the other end of a Unix socket. */
  PEER("peer");

  private final String spelling;

  AuthMethod(String spelling) {
    this.spelling = spelling;
  }

  @Override
  public String spelling() {
    return spelling;
  }

  /** Whether a line may say {@code map=} with it. */
  boolean takesMap() {
    return this == CERT || this == PEER;
  }

  /** The method of that name, null when there is none. */
  static @Nullable AuthMethod named(String name) {
    for (var method : values()) {
      if (method.spelling.equals(name)) {
        return method;
      }
    }
    return null;
  }
}
