package dev.penstock.e2e.faults;

import dev.penstock.e2e.demo.Stage;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * Makes the poolers burn processor time: sessions that ask the smallest question again and again,
 * and log in anew when they are sent away.
 */
final class Burner implements AutoCloseable {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LongAdder asked = new LongAdder();
  private final Stage stage;
  private final String url;
  private volatile boolean ended;

  private Burner(Stage stage, String url) {
    this.stage = stage;
    this.url = url;
  }

  static Burner start(Stage stage, int sessions) {
    InetSocketAddress service =
        stage.reach().toService(Stage.NAMESPACE, Stage.POOL, 5432, stage.pods().getFirst());
    Burner burner =
        new Burner(
            stage, Stage.url(service.getAddress().getHostAddress(), service.getPort(), "app"));
    for (int session = 0; session < sessions; session++) {
      burner.threads.execute(burner::burn);
    }
    return burner;
  }

  private void burn() {
    while (!ended) {
      try (Connection connection =
              DriverManager.getConnection(url, stage.application().properties());
          Statement statement = connection.createStatement()) {
        while (!ended) {
          statement.execute("SELECT 1");
          asked.increment();
        }
      } catch (SQLException sentAway) {
        Thread.onSpinWait();
      }
    }
  }

  /** Questions answered up to now. */
  long asked() {
    return asked.sum();
  }

  @Override
  public void close() {
    ended = true;
    threads.close();
  }
}
