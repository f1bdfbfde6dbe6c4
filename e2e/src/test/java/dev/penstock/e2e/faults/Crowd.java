package dev.penstock.e2e.faults;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients without manners, run from here: each logs in, opens a transaction, holds it, and begins
 * again, whatever the answers are. They have no account: what fails for them is only counted.
 * Thread-safe.
 */
final class Crowd implements AutoCloseable {

  private static final Duration AFTER_A_REFUSAL = Duration.ofMillis(500);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LongAdder begun = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final String url;
  private final Properties role;
  private final Duration hold;
  private volatile boolean ended;

  private Crowd(String url, Properties role, Duration hold) {
    this.url = url;
    this.role = role;
    this.hold = hold;
  }

  /**
   * Sends so many clients.
   *
   * @param hold how long each keeps its transaction open and idle
   */
  static Crowd send(int clients, String url, Properties role, Duration hold) {
    Crowd crowd = new Crowd(url, role, hold);
    for (int client = 0; client < clients; client++) {
      crowd.threads.execute(crowd::behave);
    }
    return crowd;
  }

  private void behave() {
    while (!ended) {
      try (Connection connection = DriverManager.getConnection(url, role);
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        while (!ended) {
          statement.execute("SELECT 1");
          begun.increment();
          Thread.sleep(hold);
          connection.commit();
        }
      } catch (SQLException e) {
        refused.increment();
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(AFTER_A_REFUSAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Transactions begun up to now. */
  long begun() {
    return begun.sum();
  }

  /** Times that a client was sent away, or lost its connection. */
  long refused() {
    return refused.sum();
  }

  @Override
  public void close() {
    ended = true;
    threads.shutdownNow();
    threads.close();
  }
}
