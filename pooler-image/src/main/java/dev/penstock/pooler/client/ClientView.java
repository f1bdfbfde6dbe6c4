package dev.penstock.pooler.client;

import dev.penstock.pooler.server.SocketView;

/**
 * A client connection as {@code SHOW CLIENTS} tells of it. Times are by the clock of the pools in
 * nanoseconds.
 *
 * @param id its number, among all connections of the process
 * @param user empty before the client has said so
 * @param database empty before the client has said so
 * @param state in PgBouncer's words, and {@code login} before the client has been authenticated
 * @param socket its two ends
 * @param connected when it came
 * @param requested when its last request began
 * @param waitNanos how long it has waited for a server connection, 0 when it does not wait
 * @param server the number of its server connection, 0 when it has none
 * @param applicationName empty when it has not said
 * @param preparedStatements how many it has prepared by name
 */
public record ClientView(
    long id,
    String user,
    String database,
    String state,
    SocketView socket,
    long connected,
    long requested,
    long waitNanos,
    long server,
    String applicationName,
    int preparedStatements) {

  static ClientView of(ClientConnection client, long now) {
    ClientState state = client.state();
    String application = client.parameters().value("application_name");
    return new ClientView(
        client.id(),
        client.membership().user(),
        client.membership().database(),
        name(state),
        SocketView.of(client.channel()),
        client.times().connected(),
        client.times().queryBegan(),
        client.waits() ? now - client.times().waitingSince() : 0,
        state instanceof ClientState.Active(var server) ? server.slot().id() : 0,
        application == null ? "" : application,
        client.statements().size());
  }

  private static String name(ClientState state) {
    return switch (state) {
      case ClientState.Starting _ -> "login";
      case ClientState.Greeting _, ClientState.Waiting _ -> "waiting";
      case ClientState.Active _ -> "active";
      case ClientState.Idle _, ClientState.InConsole _ -> "idle";
      case ClientState.Closing _ -> "closing";
    };
  }
}
