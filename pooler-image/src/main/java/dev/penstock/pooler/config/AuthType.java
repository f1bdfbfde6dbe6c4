package dev.penstock.pooler.config;

import java.util.Set;

/** How clients prove who they are ({@code auth_type}). */
public enum AuthType implements Spelled {
  /** Not at all, and under whatever name: the database says whom to log in as. */
  ANY("any"),
  /** Not at all; the user must still be known. */
  TRUST("trust"),
  /** By the password as it is, checked against whatever is stored. */
  PLAIN("plain"),
  /** By MD5 of the password, or by SCRAM where a SCRAM secret is stored. */
  MD5("md5"),
  /** By SCRAM-SHA-256 (RFC 7677). */
  SCRAM_SHA_256("scram-sha-256"),
  /** By a TLS certificate whose common name is the user's. */
  CERT("cert"),
  /** As the first line of the {@code auth_hba_file} says that matches. */
  HBA("hba");

  private static final Set<String> BY_OTHERS = Set.of("ldap", "pam");

  private final String spelling;

  AuthType(String spelling) {
    this.spelling = spelling;
  }

  @Override
  public String spelling() {
    return spelling;
  }

  /** How the setting is read. */
  static ValueType<AuthType> valueType() {
    var known = ValueType.choice(values());
    return new ValueType<>(
        known.unit(),
        text -> {
          if (BY_OTHERS.contains(text)) {
            throw new InvalidValueException(
                "it is not supported, because it would block the pooler or send it passwords in the"
                    + " clear; allowed are "
                    + known.unit()
                    + " (with auth_query users need not stand in the auth_file)");
          }
          return known.parser().parse(text);
        });
  }
}
