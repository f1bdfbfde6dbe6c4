package dev.penstock.pooler.auth;

/** A message of a login that does not follow the protocol. */
final class MalformedException extends Exception {

  MalformedException(String message) {
    super(message);
  }
}
