package dev.penstock.operator.fleet;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.penstock.contract.Addressee;
import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * An instance that speaks the contract over real mutual TLS, as far as the operator can tell: it
 * opens what it demands and may, and can be made to misbehave.
 */
public final class SpeakingInstance implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final String incarnation;
  private final List<GrantRequest> told = new ArrayList<>();
  private final Set<InetSocketAddress> tellers = new HashSet<>();
  private String preference = "";
  private long sequence = 1;
  private long round;
  private int grant;
  private int demand;
  private int stuck;
  private boolean draining;
  private @Nullable String garbage;
  private String pod = "";

  /** Starts one at a loopback address; port 0 for any. */
  public SpeakingInstance(FleetIdentity identity, String host, int port, String incarnation) {
    this.incarnation = incarnation;
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName(host), port), 0);
      SSLContext context = context(identity);
      server.setHttpsConfigurator(
          new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters mutual = context.getDefaultSSLParameters();
              mutual.setNeedClientAuth(true);
              parameters.setSSLParameters(mutual);
            }
          });
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(threads);
    server.createContext("/v1/report", this::report);
    server.createContext("/v1/grant", this::grant);
    server.start();
  }

  /** TLS with the certificate of an instance, and the fleet's authority. */
  static SSLContext context(FleetIdentity identity) {
    try {
      return load(identity);
    } catch (GeneralSecurityException | IOException unusable) {
      throw new IllegalStateException(unusable);
    }
  }

  private static SSLContext load(FleetIdentity identity)
      throws GeneralSecurityException, IOException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(
        "own",
        Pem.privateKey(identity.instance().key()),
        new char[0],
        Pem.certificates(identity.instance().certificate()).toArray(X509Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, new char[0]);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    int number = 0;
    for (X509Certificate certificate : Pem.certificates(identity.trusted())) {
      trusted.setCertificateEntry("ca" + number++, certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Demands connections: opens what the grant allows, and has clients wait for the rest. */
  public void demand(int connections) {
    change(() -> demand = connections);
  }

  /** Has connections that do not close, whatever the grant. */
  public void holdOnTo(int connections) {
    change(() -> stuck = connections);
  }

  /** Begins to leave. */
  public void drain() {
    change(() -> draining = true);
  }

  /** Runs in that pod, and answers nothing that is meant for another one. */
  void runsIn(String podUid) {
    change(() -> pod = podUid);
  }

  /** Answers this, whatever it is asked; null for reports again. */
  public void answer(@Nullable String text) {
    change(() -> garbage = text);
  }

  public int granted() {
    return locked(() -> grant);
  }

  public int held() {
    return locked(this::heldNow);
  }

  /** All grants it was told, accepted or not. */
  public List<GrantRequest> told() {
    return locked(() -> List.copyOf(told));
  }

  /** The connections that it was told grants over. */
  public int tellers() {
    return locked(tellers::size);
  }

  /** How the last report was asked for: its {@code Prefer}. */
  public String preference() {
    return locked(() -> preference);
  }

  private int heldNow() {
    return Math.max(stuck, Math.min(grant, demand));
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      sequence++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  private InstanceReport reportNow() {
    int held = heldNow();
    int active = Math.min(held, demand);
    return new InstanceReport(
        incarnation,
        sequence,
        round,
        grant,
        held,
        active,
        held - active,
        Math.max(0, demand - held),
        0,
        demand,
        draining);
  }

  private boolean isMisdirected(HttpExchange exchange) {
    String wanted = exchange.getRequestHeaders().getFirst(Addressee.HEADER);
    return locked(() -> !pod.isEmpty() && !pod.equals(wanted));
  }

  private void report(HttpExchange exchange) throws IOException {
    if (isMisdirected(exchange)) {
      send(exchange, Addressee.MISDIRECTED, bytes("{}"));
      return;
    }
    long after = Long.parseLong(exchange.getRequestURI().getQuery().substring("after=".length()));
    byte[] body;
    lock.lock();
    try {
      preference = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Prefer"), "");
      long limit = TimeUnit.SECONDS.toNanos(25);
      while (sequence <= after && garbage == null && limit > 0) {
        limit = changed.awaitNanos(limit);
      }
      body = garbage == null ? JSON.writeValueAsBytes(reportNow()) : bytes(garbage);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      throw new IOException("closed", closed);
    } finally {
      lock.unlock();
    }
    send(exchange, 200, body);
  }

  private void grant(HttpExchange exchange) throws IOException {
    if (isMisdirected(exchange)) {
      send(exchange, Addressee.MISDIRECTED, bytes("{}"));
      return;
    }
    GrantRequest request =
        JSON.readValue(exchange.getRequestBody().readAllBytes(), GrantRequest.class);
    int status;
    byte[] body;
    lock.lock();
    try {
      told.add(request);
      tellers.add(exchange.getRemoteAddress());
      boolean isMine = incarnation.equals(request.incarnation());
      boolean isSame = request.round() == round && request.grant() == grant;
      if (isMine && request.round() > round) {
        round = request.round();
        grant = request.grant();
        sequence++;
        changed.signalAll();
      }
      status = isMine && (isSame || request.round() == round) ? 200 : 409;
      body = garbage == null ? JSON.writeValueAsBytes(reportNow()) : bytes(garbage);
    } finally {
      lock.unlock();
    }
    send(exchange, status, body);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
