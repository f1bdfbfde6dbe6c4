package dev.penstock.pooler.fleet;

import com.sun.net.httpserver.HttpExchange;
import dev.penstock.pooler.config.ListenAddress;
import dev.penstock.pooler.pool.Grantable;
import dev.penstock.pooler.pool.Statistics;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plain port: {@code /healthz} (200 while the event loop answers), {@code /readyz} (200 while
 * clients can be served; else 503 and why not) and {@code /metrics} (Prometheus).
 *
 * <p>Thread-safe.
 */
public final class HttpEndpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);

  /** Less than a probe waits by default would be too little for a loop under load. */
  private static final Duration PATIENCE = Duration.ofMillis(900);

  private final Grantable pools;
  private final BooleanSupplier listening;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final HttpListener listener;

  private HttpEndpoint(
      ListenAddress address,
      Grantable pools,
      Statistics statistics,
      LongSupplier round,
      CancelCounters cancels,
      BooleanSupplier listening)
      throws IOException {
    this.pools = pools;
    this.listening = listening;
    registry.register(new PoolMetrics(pools, statistics, round));
    registry.register(cancels);
    JvmMetrics.builder().register(registry);
    listener =
        HttpListener.plain(address)
            .route("GET", "/healthz", this::health)
            .route("GET", "/readyz", this::readiness)
            .route("GET", "/metrics", this::metrics);
  }

  /**
   * Listens.
   *
   * @param address {@code penstock_http_listen}
   * @param round the round of the grant in force, 0 standalone
   * @param cancels the cancel requests from and to other instances
   * @param listening whether the port for clients is open
   * @throws IOException when the address cannot be listened at
   */
  public static HttpEndpoint start(
      ListenAddress address,
      Grantable pools,
      Statistics statistics,
      LongSupplier round,
      CancelCounters cancels,
      BooleanSupplier listening)
      throws IOException {
    var endpoint = new HttpEndpoint(address, pools, statistics, round, cancels, listening);
    endpoint.listener.start();
    LOG.info("probes and metrics are served at {}", endpoint.address());
    return endpoint;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return listener.address();
  }

  private Answer health(HttpExchange exchange) throws InterruptedException, ExecutionException {
    try {
      pools.usage().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      return Answer.text(Answer.OK, "ok");
    } catch (TimeoutException e) {
      return notAnswering();
    }
  }

  private Answer readiness(HttpExchange exchange) throws InterruptedException, ExecutionException {
    if (!listening.getAsBoolean()) {
      return Answer.text(Answer.UNAVAILABLE, "the port for clients is not open");
    }
    try {
      var usage = pools.usage().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      if (usage.draining()) {
        return Answer.text(Answer.UNAVAILABLE, "draining");
      }
      return usage.grant() < 1
          ? Answer.text(Answer.UNAVAILABLE, "no server connection is granted yet")
          : Answer.text(Answer.OK, "ready");
    } catch (TimeoutException e) {
      return notAnswering();
    }
  }

  private static Answer notAnswering() {
    return Answer.text(
        Answer.UNAVAILABLE, "the event loop did not answer within " + PATIENCE.toMillis() + " ms");
  }

  private Answer metrics(HttpExchange exchange) throws IOException {
    var writer = formats.findWriter(exchange.getRequestHeaders().getFirst("Accept"));
    var out = new ByteArrayOutputStream();
    writer.write(out, registry.scrape());
    return new Answer(Answer.OK, writer.getContentType(), out.toByteArray());
  }

  @Override
  public void close() {
    listener.close();
  }
}
