package dev.penstock.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.javaoperatorsdk.operator.RuntimeInfo;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operator's plain HTTP port: {@code /healthz} (its watches work; one that stands by is
 * healthy), {@code /readyz} (it has started and does not stop) and {@code /metrics}.
 */
final class Probes implements AutoCloseable {

  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final PrometheusRegistry registry;
  private final Supplier<RuntimeInfo> runtime;
  private final ExpositionFormats formats = ExpositionFormats.init();
  private volatile boolean ready;

  Probes(int port, PrometheusRegistry registry, Supplier<RuntimeInfo> runtime) throws IOException {
    this.registry = registry;
    this.runtime = runtime;
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(threads);
    server.createContext("/healthz", exchange -> answer(exchange, isHealthy()));
    server.createContext("/readyz", exchange -> answer(exchange, ready));
    server.createContext("/metrics", this::metrics);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  void started() {
    ready = true;
  }

  void stopping() {
    ready = false;
  }

  private boolean isHealthy() {
    RuntimeInfo info = runtime.get();
    return !info.isStarted() || info.allEventSourcesAreHealthy();
  }

  private static void answer(HttpExchange exchange, boolean good) throws IOException {
    byte[] body = (good ? "ok\n" : "not now\n").getBytes(StandardCharsets.UTF_8);
    send(exchange, good ? OK : UNAVAILABLE, TEXT, body);
  }

  private void metrics(HttpExchange exchange) throws IOException {
    @Nullable String accept = exchange.getRequestHeaders().getFirst("Accept");
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    writer.write(body, registry.scrape());
    send(exchange, OK, writer.getContentType(), body.toByteArray());
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
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
