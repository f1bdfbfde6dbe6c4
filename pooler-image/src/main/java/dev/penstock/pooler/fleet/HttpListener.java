package dev.penstock.pooler.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.penstock.pooler.config.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP port with bounded connections and times, each request on a virtual thread.
 *
 * <p>Thread-safe.
 */
final class HttpListener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
  private static final int BACKLOG = 64;
  private static final int MOST_PASSED_OVER = 64 * 1024;

  static {
    // Read by the JDK's server once, when it is loaded: nobody may hold a connection for ever.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    // From the request to the end of the answer: a report is awaited for two minutes.
    System.setProperty("sun.net.httpserver.maxRspTime", "180");
    System.setProperty("jdk.httpserver.maxConnections", "256");
    // Longer than the operator and Java's client keep one, so that they never write into a closed
    // one.
    System.setProperty("sun.net.httpserver.idleInterval", "90");
    // Headers and body leave in two writes; the second must not wait for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** Answers a request; may block. */
  @FunctionalInterface
  interface Handler {
    Answer answer(HttpExchange exchange)
        throws IOException, InterruptedException, TimeoutException, ExecutionException;
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private HttpListener(HttpServer server, String name) {
    this.server = server;
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
    server.setExecutor(threads);
  }

  /** A port without TLS; nothing is served before {@link #start}. */
  static HttpListener plain(ListenAddress address) throws IOException {
    return new HttpListener(HttpServer.create(socketAddress(address), BACKLOG), "http");
  }

  /** A port that only speaks with who shows a certificate that the context trusts. */
  static HttpListener mutualTls(ListenAddress address, SSLContext context) throws IOException {
    var server = HttpsServer.create(socketAddress(address), BACKLOG);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            var wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setNeedClientAuth(true);
            wanted.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            parameters.setSSLParameters(wanted);
          }
        });
    return new HttpListener(server, "fleet");
  }

  /** Has {@code handler} answer the requests of one method for exactly one path. */
  HttpListener route(String method, String path, Handler handler) {
    server.createContext(path, exchange -> serve(exchange, method, path, handler));
    return this;
  }

  HttpListener start() {
    server.start();
    return this;
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return server.getAddress();
  }

  private static void serve(HttpExchange exchange, String method, String path, Handler handler)
      throws IOException {
    try (exchange) {
      var answer = answer(exchange, method, path, handler);
      readToTheEnd(exchange);
      answer.send(exchange);
    }
  }

  /**
   * A client that is answered before its request was read to the end waits in vain for the answer
   * to its next one: over TLS, the JDK's server may not see that it is there.
   */
  private static void readToTheEnd(HttpExchange exchange) throws IOException {
    if (exchange.getRequestBody().readNBytes(MOST_PASSED_OVER).length == MOST_PASSED_OVER) {
      exchange.getResponseHeaders().set("Connection", "close");
    }
  }

  private static Answer answer(HttpExchange exchange, String method, String path, Handler handler)
      throws IOException {
    if (!exchange.getRequestURI().getPath().equals(path)) {
      return Answer.error(Answer.NOT_FOUND, "no such path; there is " + path);
    }
    if (!exchange.getRequestMethod().equals(method)) {
      return Answer.error(Answer.METHOD_NOT_ALLOWED, "only " + method + " is answered here");
    }
    try {
      return handler.answer(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.error(Answer.UNAVAILABLE, "the instance is about to end");
    } catch (TimeoutException e) {
      LOG.warn("{} {} was not answered, because the event loop does not answer", method, path);
      return Answer.error(
          Answer.UNAVAILABLE, "the event loop does not answer; try again, or restart the instance");
    } catch (ExecutionException | RuntimeException e) {
      LOG.error("{} {} failed", method, path, e);
      return Answer.error(Answer.UNAVAILABLE, "it failed; the instance's log says why");
    }
  }

  private static InetSocketAddress socketAddress(ListenAddress address) throws IOException {
    return address.host().equals("*")
        ? new InetSocketAddress(address.port())
        : new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
