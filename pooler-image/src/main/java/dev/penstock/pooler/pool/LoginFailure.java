package dev.penstock.pooler.pool;

/**
 * Why a server connection did not come about.
 *
 * @param sqlState the server's, or {@code 08001} when it was never reached
 * @param message for people
 * @param kind what it says of the next attempt
 */
public record LoginFailure(String sqlState, String message, Kind kind) {

  /** What a failure says of the next attempt. */
  public enum Kind {
    /** The server answered and refused the login: trying again will hardly help. */
    REFUSED,

    /** The server answered, but has no connection left for this login. */
    NO_PLACE,

    /** The server was not reached, or is starting up or shutting down: so it is for every login. */
    DOWN
  }
}
