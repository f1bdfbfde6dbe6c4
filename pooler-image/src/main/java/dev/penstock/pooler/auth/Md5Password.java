package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** PostgreSQL's MD5 passwords (protocol, message flow, AuthenticationMD5Password). */
final class Md5Password {

  static final int SALT_BYTES = 4;
  private static final String PREFIX = "md5";

  private Md5Password() {}

  /** The form that is stored: {@code md5} and the digest of password and user. */
  static String stored(String user, String password) {
    return PREFIX + digest((password + user).getBytes(UTF_8), new byte[0]);
  }

  /** The form that is sent: {@code md5} and the digest of the stored digest and the salt. */
  static String sent(String stored, byte[] salt) {
    return PREFIX + digest(stored.substring(PREFIX.length()).getBytes(UTF_8), salt);
  }

  private static String digest(byte[] text, byte[] salt) {
    try {
      var md5 = MessageDigest.getInstance("MD5");
      md5.update(text);
      return HexFormat.of().formatHex(md5.digest(salt));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has MD5", e);
    }
  }
}
