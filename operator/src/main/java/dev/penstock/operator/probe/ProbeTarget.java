package dev.penstock.operator.probe;

import org.jspecify.annotations.Nullable;

/**
 * A server, and how to log in to it.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param database to connect to
 * @param user the role that asks
 * @param password its password
 * @param tlsMode {@code disable}, {@code prefer}, {@code require}, {@code verify-ca} or {@code
 *     verify-full}, as libpq's {@code sslmode}
 * @param authorities PEM certificates that may have signed the server's; for the verify modes
 */
public record ProbeTarget(
    String host,
    int port,
    String database,
    String user,
    String password,
    String tlsMode,
    @Nullable String authorities) {

  /** Where it is, for messages. */
  public String address() {
    return host + ":" + port;
  }

  /** Says nothing of the password, so that it never reaches a log. */
  @Override
  public String toString() {
    return user + "@" + address() + "/" + database + " (TLS " + tlsMode + ")";
  }
}
