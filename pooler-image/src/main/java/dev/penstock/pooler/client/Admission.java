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
import dev.penstock.pooler.pool.PoolKey;
import dev.penstock.pooler.pool.Refusal;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides by what a client has to prove that it is the user it names ({@code auth_type}, {@code
 * auth_hba_file}), after it has asked the server for one who is not in the {@code auth_file}
 * ({@code auth_query}). Owned by the event loop.
 */
final class Admission {
  private static final String REFUSED = "28000";
  private static final String CONFIGURATION = "F0000";

  /** What comes of it. */
  sealed interface Outcome {

    /**
     * The client has to go through a login.
     *
     * @param login null when it is let in without one
     * @param lookedUp whether the user is known by {@code auth_query}
     */
    record Proves(SessionRequest request, @Nullable ClientLogin login, boolean lookedUp)
        implements Outcome {}

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
  private final Settings settings;
  private final Channel channel;
  private final @Nullable TlsSession tls;
  private @Nullable UserLookup lookup;

  Admission(Service service, Channel channel) {
    this.service = service;
    this.settings = service.config().settings();
    this.channel = channel;
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    this.tls = handler == null ? null : TlsSession.withClient(handler.engine().getSession());
  }

  /**
   * Decides.
   *
   * @param outcome called once: before this returns, or when the server has answered
   */
  void decide(SessionRequest request, Consumer<Outcome> outcome) {
    Database database = service.config().database(request.database());
    AuthType type = settings.get(Settings.AUTH_TYPE);
    if (type == AuthType.ANY) {
      outcome.accept(any(request, database));
      return;
    }
    // Before any lookup: who is not let in anyway must not cost a query.
    Rule rule = rule(type, request);
    if (rule == null) {
      outcome.accept(
          new Outcome.Refused(
              REFUSED,
              "no authentication method is found",
              "no line of the auth_hba_file matches"));
      return;
    }
    StoredSecret secret = service.credentials().stored(request.user());
    String asker = secret == null ? asker(database) : "";
    if (asker.isEmpty() || rule.method == AuthMethod.REJECT) {
      outcome.accept(new Outcome.Proves(request, login(request, rule, secret), false));
    } else if (database == null && !isForConsole(request)) {
      // Nobody can be asked; but that there is no such database is told only after a login.
      outcome.accept(known(request, rule, new UserLookup.Result.Unknown()));
    } else {
      lookUp(request, database, asker, found -> outcome.accept(known(request, rule, found)));
    }
  }

  /** The client has gone. */
  void abandon() {
    UserLookup underWay = lookup;
    if (underWay != null) {
      underWay.abandon();
    }
  }

  private ClientLogin login(SessionRequest request, Rule rule, @Nullable StoredSecret secret) {
    return new ClientLogin(
        rule.method, request.user(), secret, service.derivation(), tls, rule.map);
  }

  private static boolean isForConsole(SessionRequest request) {
    return request.database().equals(Console.DATABASE);
  }

  private String asker(@Nullable Database database) {
    String own = database == null ? null : database.authUser();
    return own == null ? settings.get(Settings.AUTH_USER) : own;
  }

  private void lookUp(
      SessionRequest request,
      @Nullable Database database,
      String asker,
      Consumer<UserLookup.Result> outcome) {
    String own = database == null ? null : database.authDbname();
    String set = own == null ? settings.get(Settings.AUTH_DBNAME) : own;
    String name = set.isEmpty() ? request.database() : set;
    boolean console = name.equals(Console.DATABASE);
    Database asked = service.config().database(name);
    if (asked == null || console) {
      outcome.accept(
          new UserLookup.Result.Failed(
              false,
              console
                  ? "cannot use the reserved \"%s\" database as an auth_dbname".formatted(name)
                  : "authentication database \"%s\" is not configured.".formatted(name)));
      return;
    }
    if (service.pools().holds().isDisabled(name)) {
      outcome.accept(new UserLookup.Result.Disabled(name));
      return;
    }
    String query = database == null ? null : database.authQuery();
    UserLookup begun =
        new UserLookup(
            service
                .pools()
                .pool(new PoolKey(asked.name(), asker), service.config().pool(asked, asker)),
            query == null ? settings.get(Settings.AUTH_QUERY) : query,
            request.user(),
            service.pools().now(),
            outcome);
    lookup = begun;
    begun.begin();
  }

  private Outcome known(SessionRequest request, Rule rule, UserLookup.Result found) {
    return switch (found) {
      case UserLookup.Result.Failed(var late, var reason) ->
          late
              ? new Outcome.Refused(
                  Refusal.QUERY_WAIT_TIMEOUT.sqlState(),
                  Refusal.QUERY_WAIT_TIMEOUT.message(),
                  reason)
              : new Outcome.Refused(CONFIGURATION, "bouncer config error", reason);
      case UserLookup.Result.Disabled(var name) ->
          new Outcome.Refused(
              "55000", "authentication database \"%s\" is disabled".formatted(name), "disabled");
      case UserLookup.Result.Unknown _ when rule.method == AuthMethod.TRUST ->
          new Outcome.Refused(REFUSED, "no such user", "no such user: " + request.user());
      case UserLookup.Result.Unknown _ -> {
        // Most servers hold SCRAM secrets: that is how one who exists would be asked.
        Rule asIfKnown =
            rule.method == AuthMethod.MD5 ? new Rule(AuthMethod.SCRAM_SHA_256, null) : rule;
        yield new Outcome.Proves(request, login(request, asIfKnown, null), false);
      }
      case UserLookup.Result.Found(var user, var secret) -> {
        SessionRequest named = user.equals(request.user()) ? request : request.as(user);
        Rule own = named.equals(request) ? rule : rule(settings.get(Settings.AUTH_TYPE), named);
        yield own == null
            ? new Outcome.Refused(
                REFUSED, "no authentication method is found", "none for the user " + user)
            : new Outcome.Proves(named, login(named, own, secret), true);
      }
    };
  }

  /** Whoever comes is the user of the database. */
  private static Outcome any(SessionRequest request, @Nullable Database database) {
    if (isForConsole(request)) {
      return new Outcome.Proves(request, null, false);
    }
    if (database == null) {
      return new Outcome.Refused(
          "3D000", "no such database: " + request.database(), "no such database");
    }
    String forced = database.user();
    return forced == null
        ? new Outcome.Refused(
            CONFIGURATION, "bouncer config error", "auth_type=any requires forced user")
        : new Outcome.Proves(request.as(forced), null, false);
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
                    false,
                    tls != null,
                    // Unless ignore_startup_parameters has dropped the wish, it was refused before.
                    false,
                    request.database(),
                    request.user()));
    return rule == null ? null : new Rule(rule.method(), rule.map());
  }
}
