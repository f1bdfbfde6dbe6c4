package dev.penstock.pooler.auth;

/** What to do next with a client that logs in. */
public sealed interface ClientStep {

  /**
   * Send an Authentication message and wait for the client's answer.
   *
   * @param kind the number that tells Authentication messages apart
   * @param body what follows the kind
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Ask(int kind, byte[] body) implements ClientStep {}

  /**
   * The client is who it says it is. Send AuthenticationSASLFinal if there is one, then
   * AuthenticationOk.
   *
   * @param saslFinal body of AuthenticationSASLFinal, empty when none is to be sent
   * @param secret what this login gives the pooler to log in to the server with
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Accepted(byte[] saslFinal, ServerSecret secret) implements ClientStep {}

  /**
   * Send an error and close.
   *
   * @param sqlState five characters
   * @param message for the client; never says whether the user exists
   * @param reason for the log, in more detail
   */
  record Refused(String sqlState, String message, String reason) implements ClientStep {}
}
