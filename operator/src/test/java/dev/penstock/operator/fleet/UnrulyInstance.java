package dev.penstock.operator.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something at an instance's address that does as it likes with each connection. */
final class UnrulyInstance implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UnrulyInstance.class);

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger calls = new AtomicInteger();

  /** What it does before it hangs up. */
  @FunctionalInterface
  interface Behaviour {
    void with(Socket socket) throws IOException;
  }

  /** Below TLS, which it does not speak. */
  static UnrulyInstance plain(Behaviour behaviour) throws IOException {
    return new UnrulyInstance(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behaviour);
  }

  /** Within TLS, and with a certificate of the fleet. */
  static UnrulyInstance trusted(FleetIdentity identity, Behaviour behaviour) throws IOException {
    return new UnrulyInstance(
        SpeakingInstance.context(identity)
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
        behaviour);
  }

  private UnrulyInstance(ServerSocket listener, Behaviour behaviour) {
    this.listener = listener;
    threads.execute(
        () -> {
          while (!listener.isClosed()) {
            accept(behaviour);
          }
        });
  }

  private void accept(Behaviour behaviour) {
    try {
      Socket socket = listener.accept();
      calls.incrementAndGet();
      threads.execute(() -> behave(behaviour, socket));
    } catch (IOException closed) {
      LOG.debug("no longer listening", closed);
    }
  }

  private static void behave(Behaviour behaviour, Socket socket) {
    try (socket) {
      behaviour.with(socket);
    } catch (IOException hungUp) {
      LOG.debug("the operator has hung up", hungUp);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How often it was called. */
  int calls() {
    return calls.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    threads.shutdownNow();
  }
}
