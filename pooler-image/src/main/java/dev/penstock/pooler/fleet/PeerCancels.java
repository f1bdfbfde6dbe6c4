package dev.penstock.pooler.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.contract.CancelRequest;
import dev.penstock.contract.Peer;
import dev.penstock.pooler.fleet.CancelCounters.Outcome;
import dev.penstock.pooler.wire.BackendKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes cancel requests on to the instances whose number their key bears.
 *
 * <p>Anyone who reaches the clients' port can send keys that are made up, so what they cost is
 * bounded: {@value #BURST} calls at once and {@value #PER_SECOND} a second, {@value #AT_ONCE} of
 * them under way, each for a few seconds. What is beyond is dropped. A call that fails is no one's
 * error: the instance may have ended, and its sessions with it.
 *
 * <p>Thread-safe. The client and its threads are only made when the first request is passed on.
 */
final class PeerCancels implements AutoCloseable {

  static final int BURST = 100;
  static final int PER_SECOND = 20;
  static final int AT_ONCE = 4;

  private static final Logger LOG = LoggerFactory.getLogger(PeerCancels.class);

  /** How long a request waits for others to be answered. */
  private static final Duration TURN = Duration.ofSeconds(3);

  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** Longer than the other instance waits for its server. */
  private static final Duration CALL = Duration.ofSeconds(6);

  private static final JsonMapper JSON = new JsonMapper();

  static {
    // Read by the JDK's client once, when it is loaded. Connections that are kept count at the
    // peers, whose port the operator needs too.
    System.setProperty("jdk.httpclient.connectionPoolSize", "4");
  }

  private final Supplier<List<Peer>> peers;
  private final SSLContext tls;
  private final CancelCounters counters;
  private final Allowance allowance;
  private final Semaphore underWay = new Semaphore(AT_ONCE, true);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cancel-", 0).factory());
  private @Nullable HttpClient client;
  private boolean closed;

  PeerCancels(
      Supplier<List<Peer>> peers, SSLContext tls, CancelCounters counters, LongSupplier nanoTime) {
    this.peers = peers;
    this.tls = tls;
    this.counters = counters;
    this.allowance = new Allowance(BURST, PER_SECOND, nanoTime);
  }

  /**
   * Passes a request on, if there is an instance for it. Does not block.
   *
   * @return completes, never with an error, when every instance asked has answered or failed to
   */
  CompletableFuture<Void> passOn(BackendKey key) {
    return CompletableFuture.allOf(
        peers.get().stream()
            .filter(peer -> BackendKey.instanceOf(peer.id()) == key.instance())
            .map(peer -> passOn(key, peer))
            .toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> passOn(BackendKey key, Peer peer) {
    if (!allowance.take()) {
      LOG.debug("a cancel request for {} is dropped: too many", peer);
      counters.add(Outcome.DROPPED);
      return CompletableFuture.completedFuture(null);
    }
    try {
      return CompletableFuture.runAsync(() -> counters.add(ask(key, peer)), threads);
    } catch (RejectedExecutionException e) {
      LOG.debug("a cancel request for {} is dropped: the instance is about to end", peer, e);
      return CompletableFuture.completedFuture(null);
    }
  }

  private Outcome ask(BackendKey key, Peer peer) {
    try {
      if (!underWay.tryAcquire(TURN.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.debug("a cancel request for {} is dropped: others take too long", peer);
        return Outcome.DROPPED;
      }
      try {
        var answer = client().send(request(key, peer), BodyHandlers.discarding());
        if (answer.statusCode() == Answer.NO_CONTENT) {
          return Outcome.ANSWERED;
        }
        LOG.debug("{} answers a cancel request with HTTP {}", peer, answer.statusCode());
      } finally {
        underWay.release();
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("a cancel request could not be passed on to {}", peer, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Outcome.FAILED;
  }

  private static HttpRequest request(BackendKey key, Peer peer) throws JsonProcessingException {
    return HttpRequest.newBuilder(URI.create("https://" + peer.address() + "/v1/cancel"))
        .timeout(CALL)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(new CancelRequest(key.text()))))
        .build();
  }

  private synchronized HttpClient client() throws IOException {
    if (closed) {
      throw new IOException("the instance is about to end");
    }
    var made = client;
    if (made == null) {
      made =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .proxy(HttpClient.Builder.NO_PROXY)
              .connectTimeout(CONNECT)
              .executor(threads)
              .sslContext(tls)
              .build();
      client = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    closed = true;
    var made = client;
    if (made != null) {
      made.shutdownNow();
    }
    threads.shutdownNow();
  }
}
