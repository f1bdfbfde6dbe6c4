package dev.penstock.pooler.config;

/** A text that is not a value of its setting's type; the message says what is allowed instead. */
public final class InvalidValueException extends Exception {

  InvalidValueException(String message) {
    super(message);
  }
}
