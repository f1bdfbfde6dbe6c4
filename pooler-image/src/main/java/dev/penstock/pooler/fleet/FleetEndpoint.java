package dev.penstock.pooler.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.penstock.contract.GrantRequest;
import dev.penstock.pooler.config.ConfigurationException;
import dev.penstock.pooler.config.FileWatch;
import dev.penstock.pooler.config.ListenAddress;
import dev.penstock.pooler.config.ReloadingFiles;
import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Grantable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port for the operator: HTTPS with mutual TLS, JSON.
 *
 * <ul>
 *   <li>{@code PUT /v1/grant}, by the operator only: 200 with the report when the grant is in
 *       force, 409 with the report for an older round or another process, 400 for what is no grant
 *   <li>{@code GET /v1/report?after=N}, by whoever has a certificate of the fleet: the report, as
 *       soon as its sequence is not {@code N}, at the latest after 25 seconds
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class FleetEndpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FleetEndpoint.class);

  /** How long a request for a report is held open. */
  static final Duration LONGEST_POLL = Duration.ofSeconds(25);

  /** Requests held open at once; an operator and its successor need two. */
  static final int MOST_POLLS = 32;

  private static final int LONGEST_BODY = 64 * 1024;
  private static final String OPERATOR = "penstock-operator";
  private static final String AFTER = "after=";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final GrantRegister register;
  private final Semaphore polls = new Semaphore(MOST_POLLS);
  private final HttpListener listener;

  private FleetEndpoint(Grantable pools, ListenAddress address, ReloadingFiles<SSLContext> tls)
      throws IOException {
    register = new GrantRegister(pools);
    listener =
        HttpListener.mutualTls(address, FleetTls.following(tls))
            .route("PUT", "/v1/grant", this::grant)
            .route("GET", "/v1/report", this::report);
  }

  /**
   * Listens at {@code penstock_fleet_listen}, which must be set, with the certificates of the
   * settings, which are followed when they change.
   *
   * @throws ConfigurationException when a certificate or key cannot be used
   * @throws IOException when the address cannot be listened at
   */
  public static FleetEndpoint start(Settings settings, Grantable pools, FileWatch watch)
      throws ConfigurationException, IOException {
    var address = required(settings, Settings.PENSTOCK_FLEET_LISTEN);
    var certificate = required(settings, Settings.PENSTOCK_FLEET_CERT_FILE);
    var key = required(settings, Settings.PENSTOCK_FLEET_KEY_FILE);
    var authority = required(settings, Settings.PENSTOCK_FLEET_CA_FILE);
    var tls =
        watch.add(
            ReloadingFiles.load(
                "the fleet's certificates",
                List.of(certificate, key, authority),
                () -> FleetTls.read(certificate, key, authority)));
    var endpoint = new FleetEndpoint(pools, address, tls);
    endpoint.listener.start();
    LOG.info("the operator is awaited at {}", endpoint.address());
    return endpoint;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /** The round of the grant in force, 0 before the first. */
  public long round() {
    return register.round();
  }

  private Answer grant(HttpExchange exchange)
      throws IOException, InterruptedException, TimeoutException, ExecutionException {
    var who = commonName(exchange);
    if (!who.equals(OPERATOR)) {
      return Answer.error(
          Answer.FORBIDDEN, "only " + OPERATOR + " may set the grant, not \"" + who + "\"");
    }
    var body = exchange.getRequestBody().readNBytes(LONGEST_BODY + 1);
    if (body.length > LONGEST_BODY) {
      return Answer.error(
          Answer.TOO_LARGE, "a grant has at most " + LONGEST_BODY + " bytes; send fewer peers");
    }
    GrantRequest request;
    try {
      var tree = JSON.readTree(body);
      if (!whole(tree, "round") || !whole(tree, "grant")) {
        return Answer.error(
            Answer.BAD_REQUEST, "round and grant are missing or not whole numbers; send both");
      }
      request = JSON.treeToValue(tree, GrantRequest.class);
    } catch (JsonProcessingException e) {
      return Answer.error(Answer.BAD_REQUEST, "not a grant: " + e.getOriginalMessage());
    }
    var outcome = register.accept(request);
    LOG.info(
        "grant {} of round {} {}",
        request.grant(),
        request.round(),
        outcome.accepted() ? "is in force" : "is refused for round " + outcome.report().round());
    return Answer.json(outcome.accepted() ? Answer.OK : Answer.CONFLICT, outcome.report());
  }

  private Answer report(HttpExchange exchange)
      throws InterruptedException, TimeoutException, ExecutionException {
    var query = exchange.getRequestURI().getQuery();
    if (query == null) {
      return Answer.json(Answer.OK, register.report());
    }
    long after;
    try {
      if (!query.startsWith(AFTER)) {
        throw new NumberFormatException("no " + AFTER);
      }
      after = Long.parseLong(query.substring(AFTER.length()));
    } catch (NumberFormatException e) {
      return Answer.error(
          Answer.BAD_REQUEST, "the query is not after=N; give the sequence of the last report");
    }
    if (!polls.tryAcquire()) {
      return Answer.error(
          Answer.UNAVAILABLE, "more than " + MOST_POLLS + " reports are awaited; try again later");
    }
    try {
      return Answer.json(Answer.OK, register.reportAfter(after, LONGEST_POLL));
    } finally {
      polls.release();
    }
  }

  private static boolean whole(JsonNode tree, String field) {
    var value = tree.get(field);
    return value != null && value.isIntegralNumber();
  }

  private static String commonName(HttpExchange exchange) throws SSLPeerUnverifiedException {
    var name = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName();
    try {
      return new LdapName(name)
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(part -> part.getValue().toString())
              .findFirst()
              .orElse("");
    } catch (InvalidNameException e) {
      LOG.warn("a certificate's name cannot be read: {}", name, e);
      return "";
    }
  }

  private static <T> T required(Settings settings, Setting<Optional<T>> setting) {
    return settings
        .get(setting)
        .orElseThrow(() -> new IllegalArgumentException(setting.name() + " is not set"));
  }

  @Override
  public void close() {
    listener.close();
  }
}
