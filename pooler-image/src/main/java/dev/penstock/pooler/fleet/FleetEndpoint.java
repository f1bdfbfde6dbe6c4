package dev.penstock.pooler.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import dev.penstock.contract.Addressee;
import dev.penstock.contract.CancelRequest;
import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.Incarnation;
import dev.penstock.pooler.config.ConfigurationException;
import dev.penstock.pooler.config.FileWatch;
import dev.penstock.pooler.config.ListenAddress;
import dev.penstock.pooler.config.ReloadingFiles;
import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.fleet.CancelCounters.Outcome;
import dev.penstock.pooler.pool.Grantable;
import dev.penstock.pooler.wire.BackendKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port for the operator and the other instances: HTTPS with mutual TLS, JSON.
 *
 * <ul>
 *   <li>{@code PUT /v1/grant}, by the operator only: 200 with the report when the grant is in
 *       force, 409 with the report for an older round or another process, 400 for what is no grant
 *   <li>{@code GET /v1/report?after=N}, by the operator only: the report, as soon as its sequence
 *       is not {@code N}, at the latest after 25 seconds, or after as many as {@code Prefer: wait=}
 *       asks for (RFC 7240, 4.3; from 5 to 120)
 *   <li>{@code POST /v1/cancel}, by whoever has a certificate of the fleet: 204 when the session's
 *       query is cancelled, and also when there is no such session
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class FleetEndpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FleetEndpoint.class);

  /** How long a request for a report is held open that does not say. */
  static final Duration USUAL_POLL = Duration.ofSeconds(25);

  static final Duration SHORTEST_POLL = Duration.ofSeconds(5);
  static final Duration LONGEST_POLL = Duration.ofMinutes(2);

  /**
   * Requests held open at once. An operator and its successor need two; one whose connection breaks
   * every two seconds leaves sixty behind, which are not known to be in vain.
   */
  static final int MOST_POLLS = 64;

  /** Cancel requests of other instances that are looked into at once. */
  static final int MOST_CANCELS = 64;

  /** How long the server may take to take a cancel request; it takes it later, too. */
  private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(4);

  private static final int LONGEST_CANCEL = 1024;
  private static final int LONGEST_BODY = 64 * 1024;
  private static final String OPERATOR = "penstock-operator";
  private static final String AFTER = "after=";
  private static final Pattern WAIT = Pattern.compile("(?i)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final GrantRegister register;
  private final String podUid;
  private final Sessions sessions;
  private final CancelCounters counters;
  private final PeerCancels peers;
  private final Semaphore polls = new Semaphore(MOST_POLLS);
  private final Semaphore cancels = new Semaphore(MOST_CANCELS);
  private final HttpListener listener;

  /** The clients' sessions, as far as other instances are concerned. */
  @FunctionalInterface
  public interface Sessions {

    /**
     * Cancels the query of the session that has the key, if there is one. Thread-safe.
     *
     * @return completes with whether there is, once the server has taken the request
     */
    CompletableFuture<Boolean> cancel(BackendKey key);
  }

  /**
   * The process behind the port.
   *
   * @param incarnation its identity
   * @param podUid the pod that it runs in, empty if it does not know
   * @param pools what the grant is for
   * @param sessions what may be cancelled
   * @param counters of the cancel requests from and to other instances
   */
  public record Instance(
      Incarnation incarnation,
      String podUid,
      Grantable pools,
      Sessions sessions,
      CancelCounters counters) {}

  private FleetEndpoint(Instance instance, ListenAddress address, ReloadingFiles<SSLContext> tls)
      throws IOException {
    var context = FleetTls.following(tls);
    register = new GrantRegister(instance.pools(), instance.incarnation());
    podUid = instance.podUid();
    sessions = instance.sessions();
    counters = instance.counters();
    peers = new PeerCancels(register::peers, context, counters, System::nanoTime);
    listener =
        HttpListener.mutualTls(address, context)
            .route("PUT", "/v1/grant", this::grant)
            .route("GET", "/v1/report", this::report)
            .route("POST", "/v1/cancel", this::cancel);
  }

  /**
   * Listens at {@code penstock_fleet_listen}, which must be set, with the certificates of the
   * settings, which are followed when they change.
   *
   * @throws ConfigurationException when a certificate or key cannot be used
   * @throws IOException when the address cannot be listened at
   */
  public static FleetEndpoint start(Settings settings, Instance instance, FileWatch watch)
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
    var endpoint = new FleetEndpoint(instance, address, tls);
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

  /**
   * Passes a cancel request on to the instance that its key names, if there is one. Does not block.
   *
   * @return completes, never with an error, when nothing more comes of it
   */
  public CompletableFuture<Void> passOn(BackendKey key) {
    return peers.passOn(key);
  }

  private Answer grant(HttpExchange exchange)
      throws IOException, InterruptedException, TimeoutException, ExecutionException {
    if (!isOperator(exchange)) {
      return forbidden("set the grant");
    }
    if (!isForThisPod(exchange)) {
      return misdirected();
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
      throws IOException, InterruptedException, TimeoutException, ExecutionException {
    if (!isOperator(exchange)) {
      return forbidden("read the report");
    }
    if (!isForThisPod(exchange)) {
      return misdirected();
    }
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
      return Answer.json(
          Answer.OK,
          register.reportAfter(after, patience(exchange.getRequestHeaders().get("Prefer"))));
    } finally {
      polls.release();
    }
  }

  /**
   * How long a report may be awaited.
   *
   * @param preferences the values of {@code Prefer}, null if there is none; what is not understood
   *     is passed over (RFC 7240, 2)
   */
  static Duration patience(@Nullable List<String> preferences) {
    if (preferences == null) {
      return USUAL_POLL;
    }
    return preferences.stream()
        .flatMap(value -> Stream.of(value.split(",")))
        .map(WAIT::matcher)
        .filter(Matcher::matches)
        .map(wait -> Duration.ofSeconds(Long.parseLong(wait.group(1))))
        .findFirst()
        .map(wanted -> wanted.compareTo(SHORTEST_POLL) < 0 ? SHORTEST_POLL : wanted)
        .map(wanted -> wanted.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : wanted)
        .orElse(USUAL_POLL);
  }

  /** Whatever comes of it, the answer is the same: it tells nothing of the sessions there are. */
  private Answer cancel(HttpExchange exchange)
      throws IOException, InterruptedException, ExecutionException {
    var body = exchange.getRequestBody().readNBytes(LONGEST_CANCEL + 1);
    if (body.length > LONGEST_CANCEL) {
      return Answer.error(
          Answer.TOO_LARGE, "a cancel request has at most " + LONGEST_CANCEL + " bytes");
    }
    BackendKey key;
    try {
      var request = JSON.treeToValue(JSON.readTree(body), CancelRequest.class);
      key = BackendKey.parse(request == null ? "" : request.key());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      LOG.debug("not a cancel request", e);
      return Answer.error(
          Answer.BAD_REQUEST, "not a cancel request: send a key of 16 hexadecimal digits");
    }
    if (!cancels.tryAcquire()) {
      return Answer.error(
          Answer.UNAVAILABLE, "more than " + MOST_CANCELS + " cancel requests at once; send fewer");
    }
    try {
      var matched = sessions.cancel(key).get(CANCEL_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      counters.add(matched ? Outcome.MATCHED : Outcome.UNMATCHED);
    } catch (TimeoutException e) {
      LOG.debug("a cancel request has not reached the server yet", e);
      counters.add(Outcome.MATCHED);
    } finally {
      cancels.release();
    }
    return Answer.nothing();
  }

  private static Answer forbidden(String what) {
    return Answer.error(Answer.FORBIDDEN, "only " + OPERATOR + " may " + what);
  }

  private boolean isForThisPod(HttpExchange exchange) {
    var wanted = exchange.getRequestHeaders().getFirst(Addressee.HEADER);
    return wanted == null || podUid.isEmpty() || wanted.equals(podUid);
  }

  private Answer misdirected() {
    return Answer.error(Addressee.MISDIRECTED, "this address is that of the pod " + podUid);
  }

  private static boolean isOperator(HttpExchange exchange) throws SSLPeerUnverifiedException {
    return commonName(exchange).equals(OPERATOR);
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
    peers.close();
  }
}
