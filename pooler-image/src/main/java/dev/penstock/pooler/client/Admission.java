package dev.penstock.pooler.client;

import dev.penstock.pooler.auth.ClientLogin;
import dev.penstock.pooler.auth.TlsSession;
import dev.penstock.pooler.config.AuthMethod;
import dev.penstock.pooler.config.AuthType;
import dev.penstock.pooler.config.Database;
import dev.penstock.pooler.config.HbaRule;
import dev.penstock.pooler.config.IdentMap;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.config.StoredSecret;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Decides by what a client has to prove that it is the user it names ({@code auth_type}, {@code
 * auth_hba_file}). Owned by the event loop.
 */
final class Admission {
  private static final String REFUSED = "28000";
  private static final String CONFIGURATION = "F0000";

  /** What comes of it. */
  sealed interface Outcome {

    /** The client has to go through this login, or has been let in without one. */
    record Proves(SessionRequest request, @Nullable ClientLogin login) implements Outcome {}

    /**
     * The client is sent away.
     *
     * @param reason for the log, in more detail
     */
    record Refused(String sqlState, String message, String reason) implements Outcome {}
  }

  /** A method, and whose certificate or system user may log in as whom. */
  private record Rule(AuthMethod method, @Nullable IdentMap map) {}

  private final Service service;
  private final Channel channel;
  private final @Nullable TlsSession tls;

  Admission(Service service, Channel channel) {
    this.service = service;
    this.channel = channel;
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    this.tls = handler == null ? null : TlsSession.withClient(handler.engine().getSession());
  }

  Outcome decide(SessionRequest request) {
    Database database = service.config().database(request.database());
    AuthType type = service.config().settings().get(Settings.AUTH_TYPE);
    if (type == AuthType.ANY) {
      return any(request, database);
    }
    Rule rule = rule(type, request);
    if (rule == null) {
      return new Outcome.Refused(
          REFUSED, "no authentication method is found", "no line of the auth_hba_file matches");
    }
    StoredSecret secret = service.credentials().stored(request.user());
    return new Outcome.Proves(
        request,
        new ClientLogin(rule.method, request.user(), secret, service.derivation(), tls, rule.map));
  }

  /** Whoever comes is the user of the database. */
  private static Outcome any(SessionRequest request, @Nullable Database database) {
    if (database == null) {
      return new Outcome.Refused(
          "3D000", "no such database: " + request.database(), "no such database");
    }
    String forced = database.user();
    return forced == null
        ? new Outcome.Refused(
            CONFIGURATION, "bouncer config error", "auth_type=any requires forced user")
        : new Outcome.Proves(request.as(forced), null);
  }

  private @Nullable Rule rule(AuthType type, SessionRequest request) {
    return switch (type) {
      case HBA -> hba(request);
      case TRUST -> new Rule(AuthMethod.TRUST, null);
      case PLAIN -> new Rule(AuthMethod.PASSWORD, null);
      case MD5 -> new Rule(AuthMethod.MD5, null);
      case SCRAM_SHA_256 -> new Rule(AuthMethod.SCRAM_SHA_256, null);
      case CERT -> new Rule(AuthMethod.CERT, null);
      case ANY -> throw new IllegalStateException("any needs no method");
    };
  }

  private @Nullable Rule hba(SessionRequest request) {
    HbaRule rule =
        service
            .hba()
            .get()
            .match(
                new HbaRule.Client(
                    channel.remoteAddress() instanceof InetSocketAddress address
                        ? address.getAddress()
                        : null,
                    tls != null,
                    false,
                    request.database(),
                    request.user()));
    return rule == null ? null : new Rule(rule.method(), rule.map());
  }
}
