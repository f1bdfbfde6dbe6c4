package dev.penstock.pooler.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class KeyDerivationTest {
  private static final byte[] SALT = "salt".getBytes(US_ASCII);

  @Test
  void ofWhatIsGuessedOnlyWhatIsRightIsRemembered() {
    try (var derivation = new KeyDerivation(1, 10)) {
      var guess = derivation.keysOfGuess("guess", SALT, 4_096, _ -> false);
      var right = derivation.keysOfGuess("right", SALT, 4_096, _ -> true);
      assertThat(guess.join().clientKey()).isNotEqualTo(right.join().clientKey());

      var hold = new CountDownLatch(1);
      derivation.executor().execute(() -> awaitQuietly(hold));
      assertThat(derivation.keysOfGuess("guess", SALT, 4_096, _ -> false)).isNotDone();
      assertThat(derivation.keysOfGuess("right", SALT, 4_096, _ -> true))
          .isCompletedWithValue(right.join());
      assertThat(derivation.keys("right", SALT, 4_096)).isCompletedWithValue(right.join());
      hold.countDown();
    }
  }

  @Test
  void noMoreKeysAreDerivedAtOnceThanThereIsRoomForAndOtherWorkIsNotRefused() {
    try (var derivation = new KeyDerivation(1, 1)) {
      var hold = new CountDownLatch(1);
      derivation.executor().execute(() -> awaitQuietly(hold));
      var first = derivation.keys("1", SALT, 1);
      var second = derivation.keys("2", SALT, 1);
      assertThat(derivation.keys("3", SALT, 1))
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withCauseInstanceOf(RejectedExecutionException.class);
      hold.countDown();
      assertThat(first.join().clientKey()).isNotEqualTo(second.join().clientKey());
      assertThat(derivation.keys("3", SALT, 1).join().clientKey()).hasSize(32);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
