package dev.penstock.pooler.config;

import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code auth_file} holds for a user, told apart as PgBouncer and PostgreSQL do. None of
 * them shows its secret in {@code toString}.
 */
public sealed interface StoredSecret {

  /** Longest count of iterations taken from a file: more would be minutes for each login. */
  int MOST_ITERATIONS = 10_000_000;

  /** A password as it is. Empty for a user who cannot log in with a password. */
  record Plain(String password) implements StoredSecret {
    @Override
    public String toString() {
      return "Plain";
    }
  }

  /**
   * PostgreSQL's MD5 form.
   *
   * @param hash {@code md5} and 32 hexadecimal digits
   */
  record Md5(String hash) implements StoredSecret {
    @Override
    public String toString() {
      return "Md5";
    }
  }

  /**
   * PostgreSQL's SCRAM form (RFC 5803); the arrays are shared and must not be changed.
   *
   * @param iterations of PBKDF2, at least 1
   * @param salt as bytes
   * @param storedKey 32 bytes
   * @param serverKey 32 bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; copies would cost each login
  record Scram(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey)
      implements StoredSecret {

    private static final Pattern FORM =
        Pattern.compile("SCRAM-SHA-256\\$([0-9]{1,9}):([^$:]+)\\$([^$:]+):([^$:]+)");
    private static final int KEY_BYTES = 32;

    private static @Nullable Scram parse(String text) {
      var matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        return null;
      }
      try {
        var iterations = Integer.parseInt(matcher.group(1));
        var decoder = Base64.getDecoder();
        var salt = decoder.decode(matcher.group(2));
        var storedKey = decoder.decode(matcher.group(3));
        var serverKey = decoder.decode(matcher.group(4));
        return iterations >= 1
                && iterations <= MOST_ITERATIONS
                && salt.length > 0
                && storedKey.length == KEY_BYTES
                && serverKey.length == KEY_BYTES
            ? new Scram(iterations, salt, storedKey, serverKey)
            : null;
      } catch (IllegalArgumentException e) {
        // Not Base64: PostgreSQL then takes the text for a password, and so does this.
        return null;
      }
    }

    @Override
    public String toString() {
      return "Scram";
    }
  }

  /** Tells the three forms apart; whatever is neither of the hashed ones is a password. */
  static StoredSecret of(String text) {
    if (text.matches("md5[0-9a-f]{32}")) {
      return new Md5(text);
    }
    var scram = Scram.parse(text);
    return scram == null ? new Plain(text) : scram;
  }
}
