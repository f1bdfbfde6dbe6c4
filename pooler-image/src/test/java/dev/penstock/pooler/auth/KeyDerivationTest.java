package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyDerivationTest {
  private static final byte[] SALT = "salt".getBytes(US_ASCII);

  @Test
  void whatWasOnlyGuessedIsNotRemembered() {
    try (var derivation = new KeyDerivation()) {
      var guessed = derivation.keysOnce("guess", SALT, 4_096);
      assertThat(derivation.keysOnce("guess", SALT, 4_096)).isNotSameAs(guessed);

      var known = derivation.keys("right", SALT, 4_096);
      assertThat(derivation.keys("right", SALT, 4_096)).isSameAs(known);
      assertThat(derivation.keysOnce("right", SALT, 4_096)).isSameAs(known);
      assertThat(derivation.keys("right", SALT, 4_097)).isNotSameAs(known);
    }
  }
}
