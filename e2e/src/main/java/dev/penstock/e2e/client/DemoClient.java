package dev.penstock.e2e.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of the client's image: works until it is told to end, and serves its counters as
 * JSON.
 *
 * <ul>
 *   <li>{@code GET /stats}: the counters now
 *   <li>{@code POST /finish}: begins nothing new; the counters say when the last worker has ended
 * </ul>
 */
public final class DemoClient {

  private static final Logger LOG = LoggerFactory.getLogger(DemoClient.class);

  private static final ObjectMapper JSON = new ObjectMapper();

  private DemoClient() {}

  /**
   * Reads its settings from the environment, as {@link ClientSettings} tells.
   *
   * @throws IOException when the port of the counters cannot be opened
   */
  public static void main(String[] arguments) throws IOException {
    ClientSettings settings = ClientSettings.from(System.getenv());
    Workers workers = new Workers(settings);
    HttpServer server = HttpServer.create(new InetSocketAddress(settings.port()), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/stats", exchange -> answer(exchange, workers.stats()));
    server.createContext("/finish", exchange -> finish(exchange, workers));
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(workers), "end"));
    workers.start();
    LOG.info("{} workers on {}", settings.connections(), settings.url());
  }

  private static void finish(HttpExchange exchange, Workers workers) throws IOException {
    workers.stop();
    answer(exchange, workers.stats());
  }

  private static void answer(HttpExchange exchange, Stats stats) throws IOException {
    byte[] body = JSON.writeValueAsBytes(stats);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static void end(Workers workers) {
    try (workers) {
      LOG.info("ended with {}", workers.finish());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
