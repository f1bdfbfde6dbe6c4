package dev.penstock.e2e.client;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The client's load: as many workers as connections, each of which does a transfer, thinks, and
 * does the next. Thread-safe.
 */
public final class Workers implements AutoCloseable {

  /**
   * As short as HikariCP allows: connections move on to new instances behind the Service while the
   * demo runs, and not only after the default half hour.
   */
  private static final Duration CONNECTION_LIFETIME = Duration.ofSeconds(30);

  private static final Duration CHECKOUT_PATIENCE = Duration.ofSeconds(5);

  private final ClientSettings settings;
  private final Tally tally = new Tally();
  private final HikariDataSource source;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch stopping = new CountDownLatch(1);

  public Workers(ClientSettings settings) {
    this.settings = settings;
    this.source = new HikariDataSource(pool(settings));
  }

  private static HikariConfig pool(ClientSettings settings) {
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(settings.url());
    pool.setUsername(settings.user());
    pool.setPassword(settings.password());
    pool.setAutoCommit(false);
    pool.setMaximumPoolSize(settings.connections());
    pool.setConnectionTimeout(CHECKOUT_PATIENCE.toMillis());
    pool.setMaxLifetime(CONNECTION_LIFETIME.toMillis());
    pool.setKeepaliveTime(0);
    // The database may come up after the client; a worker's deadline decides, not the pool's start.
    pool.setInitializationFailTimeout(-1);
    return pool;
  }

  /** Sets every worker to work. */
  public void start() {
    Teller teller = new Teller(source, tally, settings.deadline());
    for (int worker = 0; worker < settings.connections(); worker++) {
      tally.began();
      threads.execute(() -> work(teller));
    }
  }

  private void work(Teller teller) {
    try {
      while (!stopping.await(pause().toMillis(), TimeUnit.MILLISECONDS)) {
        teller.carryOut(Transfer.random(settings.longest()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      tally.failed("a worker ended: " + e);
      throw e;
    } finally {
      tally.ended();
    }
  }

  private Duration pause() {
    long mean = settings.think().toMillis();
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(2 * mean + 1));
  }

  /** What has been counted up to now. */
  public Stats stats() {
    return tally.stats();
  }

  /** Begins no new transfer; those under way go on to their end. */
  public void stop() {
    stopping.countDown();
    threads.shutdown();
  }

  /**
   * Begins no new transfer, sees those under way through to their end, and says what was counted.
   * Blocks until then, at most for the deadline of a transfer and its length.
   */
  public Stats finish() throws InterruptedException {
    stop();
    if (!threads.awaitTermination(settings.deadline().toSeconds() * 2, TimeUnit.SECONDS)) {
      tally.failed("a transfer hung for more than twice its deadline");
    }
    return stats();
  }

  /** Ends the load and closes every connection. */
  @Override
  public void close() {
    stopping.countDown();
    threads.shutdownNow();
    source.close();
  }
}
