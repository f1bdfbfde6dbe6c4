package dev.penstock.pooler.auth;

/** What to do next in the pooler's own login to a server. */
public sealed interface ServerStep {

  /**
   * Send a {@code p} message.
   *
   * @param body the message without its type and length
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Send(byte[] body) implements ServerStep {}

  /** Send nothing; the server goes on. */
  record Wait() implements ServerStep {}

  /** The server has let the pooler in, and has proved itself where it had to. */
  record LoggedIn() implements ServerStep {}

  /**
   * Close the connection.
   *
   * @param message what went wrong and what to do about it, without any secret
   */
  record Failed(String message) implements ServerStep {}

  /**
   * Close the connection: the pooler has too much to do at the moment. Nothing is wrong with the
   * login, and another one may succeed.
   */
  record Busy(String message) implements ServerStep {}
}
