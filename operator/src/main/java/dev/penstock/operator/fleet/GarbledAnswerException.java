package dev.penstock.operator.fleet;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What listens at an instance's address does not speak the contract. */
final class GarbledAnswerException extends IOException {

  GarbledAnswerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
