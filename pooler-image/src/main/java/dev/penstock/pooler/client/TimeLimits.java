package dev.penstock.pooler.client;

import dev.penstock.pooler.config.PoolSettings;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Refusal;
import dev.penstock.pooler.server.ServerConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a client may take for what it does. Owned by the event loop. */
final class TimeLimits {
  private final Service service;

  TimeLimits(Service service) {
    this.service = service;
  }

  /** Why the client is to be sent away now; null when it may stay. */
  @Nullable Refusal overdue(ClientConnection client, long now) {
    ClientTimes times = client.times();
    PoolSettings settings = client.membership().settings();
    return switch (client.state()) {
      case ClientState.Starting _, ClientState.Greeting _
          when passed(
              service.config().settings().get(Settings.CLIENT_LOGIN_TIMEOUT),
              times.connected(),
              now) ->
          settings == null
              ? new Refusal("57014", "client_login_timeout")
              : new Refusal("57014", "client_login_timeout (server down)");
      case ClientState.Idle _
          when settings != null && passed(settings.clientIdleTimeout(), times.idleSince(), now) ->
          new Refusal("57P05", "client_idle_timeout");
      case ClientState.Active(var server) when settings != null ->
          overdue(settings, server, client.inTransaction(), times, now);
      default -> null;
    };
  }

  private static @Nullable Refusal overdue(
      PoolSettings settings,
      ServerConnection server,
      boolean inTransaction,
      ClientTimes times,
      long now) {
    if (!server.outstanding().isEmpty()) {
      return passed(settings.queryTimeout(), times.queryBegan(), now)
          ? new Refusal("57014", "query timeout")
          : null;
    }
    if (inTransaction) {
      return passed(settings.idleTransactionTimeout(), times.idleSince(), now)
          ? new Refusal("25P03", "idle transaction timeout")
          : null;
    }
    return passed(settings.clientIdleTimeout(), times.idleSince(), now)
        ? new Refusal("57P05", "client_idle_timeout")
        : null;
  }

  private static boolean passed(Duration limit, long since, long now) {
    return !limit.isZero() && now - since >= limit.toNanos();
  }
}
