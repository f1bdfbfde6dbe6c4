package dev.penstock.pooler.pool;

/**
 * Why a server connection did not come about.
 *
 * @param sqlState the server's, or {@code 08001} when it was never reached
 * @param message for people
 * @param refused whether trying again will hardly help: the server answered and refused the login.
 *     A server that is not reached, is starting up or has no connection left is waited for
 */
public record LoginFailure(String sqlState, String message, boolean refused) {}
