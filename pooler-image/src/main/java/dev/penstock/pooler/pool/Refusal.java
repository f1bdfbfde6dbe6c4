package dev.penstock.pooler.pool;

/**
 * Why a client is sent away.
 *
 * @param sqlState five characters
 * @param message for people
 */
public record Refusal(String sqlState, String message) {
  /** The wait for a server connection took too long. */
  public static final Refusal QUERY_WAIT_TIMEOUT = new Refusal("57014", "query_wait_timeout");

  static Refusal cached(LoginFailure failure) {
    return new Refusal(
        failure.sqlState(),
        "server login has been failing, cached error: %s (server_login_retry)"
            .formatted(failure.message()));
  }
}
