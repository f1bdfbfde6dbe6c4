package dev.penstock.pooler.server;

/**
 * A server connection as {@code SHOW SERVERS} tells of it.
 *
 * @param socket its two ends
 * @param processId of the server's process, 0 before the login is complete
 * @param preparedStatements how many the server knows
 */
public record ServerView(SocketView socket, int processId, int preparedStatements) {}
