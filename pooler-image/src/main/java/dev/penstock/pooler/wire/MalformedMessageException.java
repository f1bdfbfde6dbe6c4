package dev.penstock.pooler.wire;

/** The other side sent bytes that are no message of the protocol. Carries a message to tell it. */
public final class MalformedMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedMessageException(String message) {
    super(message);
  }
}
