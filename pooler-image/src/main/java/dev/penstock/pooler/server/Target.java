package dev.penstock.pooler.server;

import java.util.Map;

/**
 * Where a server connection leads and what its session begins with.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param database its name at the server
 * @param user whom to log in as
 * @param parameters of the start-up message, apart from the user and the database
 * @param tls how much TLS, and how
 */
record Target(
    String host, int port, String database, String user, Map<String, String> parameters, Tls tls) {}
