package dev.penstock.operator.desired;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Map;

/**
 * A user and the password, as a kubernetes.io/basic-auth Secret holds them.
 *
 * @param username without control characters, not empty
 * @param password without control characters, not empty
 */
public record UserCredential(String username, String password) {

  private static final String USERNAME = "username";
  private static final String PASSWORD = "password";

  /**
   * Reads a Secret.
   *
   * @throws IllegalArgumentException naming the Secret, the key and the remedy, never the value
   */
  public static UserCredential from(Secret secret) {
    return new UserCredential(text(secret, USERNAME), text(secret, PASSWORD));
  }

  private static String text(Secret secret, String key) {
    Map<String, String> data = secret.getData();
    String encoded = data == null ? null : data.get(key);
    if (encoded == null || encoded.isEmpty()) {
      throw new IllegalArgumentException(
          where(secret, key)
              + " is missing or empty: give the Secret the keys username and password, as type"
              + " kubernetes.io/basic-auth asks for");
    }
    String text;
    try {
      text =
          UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded)))
              .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          where(secret, key) + " is not UTF-8 text: store it as text", e);
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          where(secret, key)
              + " holds a line break or another control character: remove it; a trailing line"
              + " break often comes from echo without -n");
    }
    return text;
  }

  private static String where(Secret secret, String key) {
    return "key "
        + key
        + " of Secret "
        + secret.getMetadata().getNamespace()
        + "/"
        + secret.getMetadata().getName();
  }

  /** Without the password, so that it never reaches a log. */
  @Override
  public String toString() {
    return "UserCredential[" + username + "]";
  }
}
