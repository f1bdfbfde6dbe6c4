package dev.penstock.e2e.sampler;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code pg_stat_activity} ten times a second, through one superuser's connection of its own
 * straight to the server, and keeps what it saw.
 *
 * <p>Every client backend counts, also one that has not yet logged in (PostgreSQL 18 shows it as
 * {@code starting} and names no user), but for: sessions from the sampler's own address, which are
 * those of whoever runs it; sessions over the server's local socket, which are its own probes; and
 * sessions from the addresses of the operator, which the budget leaves to the headroom.
 *
 * <p>Thread-safe.
 */
public final class Sampler implements AutoCloseable {

  /** The time from one sample to the next. */
  public static final Duration PERIOD = Duration.ofMillis(100);

  private static final String QUERY =
      """
      SELECT host(client_addr), count(*)::int FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND client_addr IS DISTINCT FROM inet_client_addr()
        AND client_addr IS NOT NULL
      GROUP BY 1
      """;

  private final Connection connection;
  private final Supplier<Set<String>> leftOut;
  private final Thread thread;
  private final List<Sample> samples = new ArrayList<>();
  private volatile boolean closed;
  private @Nullable Exception end;

  private Sampler(Connection connection, Supplier<Set<String>> leftOut) {
    this.connection = connection;
    this.leftOut = leftOut;
    this.thread = Thread.ofPlatform().name("sampler").daemon().unstarted(this::run);
  }

  /**
   * Starts to sample.
   *
   * @param connection a superuser's, over TCP, used by nobody else; closed with the sampler
   * @param leftOut addresses, without a prefix length, whose sessions do not count: the operator's
   *     pods, past ones too
   */
  public static Sampler start(Connection connection, Supplier<Set<String>> leftOut) {
    Sampler sampler = new Sampler(connection, leftOut);
    sampler.thread.start();
    return sampler;
  }

  private void run() {
    long due = System.nanoTime();
    long previous = due;
    int missed = 0;
    try (PreparedStatement query = connection.prepareStatement(QUERY)) {
      while (!closed) {
        Map<String, Integer> byAddress = read(query);
        long now = System.nanoTime();
        add(byAddress, Duration.ofNanos(now - previous), missed);
        previous = now;
        missed = Math.toIntExact(Math.max(0, (now - due) / PERIOD.toNanos()));
        due += (missed + 1) * PERIOD.toNanos();
        LockSupport.parkNanos(due - System.nanoTime());
      }
    } catch (SQLException | RuntimeException e) {
      stopped(e);
    }
  }

  private Map<String, Integer> read(PreparedStatement query) throws SQLException {
    Set<String> notCounted = leftOut.get();
    Map<String, Integer> byAddress = new TreeMap<>();
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        if (!notCounted.contains(rows.getString(1))) {
          byAddress.put(rows.getString(1), rows.getInt(2));
        }
      }
    }
    return byAddress;
  }

  private synchronized void add(
      Map<String, Integer> byAddress, Duration sincePrevious, int missed) {
    int fleet = byAddress.values().stream().mapToInt(Integer::intValue).sum();
    Duration gap = samples.isEmpty() ? Duration.ZERO : sincePrevious;
    samples.add(new Sample(Instant.now(), gap, missed, fleet, byAddress));
  }

  private synchronized void stopped(Exception why) {
    if (!closed) {
      end = why;
    }
  }

  /**
   * Everything seen since the start.
   *
   * @throws IllegalStateException when the sampler lost its connection: what it did not see must
   *     not pass for nothing
   */
  public Summary summary() {
    return summary(Instant.MIN);
  }

  /**
   * What was seen from a moment on.
   *
   * @throws IllegalStateException when the sampler lost its connection
   */
  public synchronized Summary summary(Instant from) {
    if (end != null) {
      throw new IllegalStateException("the sampler lost its connection to the server", end);
    }
    return Summary.of(samples.stream().filter(s -> !s.at().isBefore(from)).toList());
  }

  /** The samples in the order of time. */
  public synchronized List<Sample> timeline() {
    return List.copyOf(samples);
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
