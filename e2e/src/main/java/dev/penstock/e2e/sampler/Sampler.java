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
import java.util.concurrent.atomic.AtomicInteger;
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

  /** How long to wait before a server that is expected to be down is tried again. */
  private static final Duration RETRY = Duration.ofMillis(50);

  private final Connector connector;
  private final Supplier<Set<String>> leftOut;
  private final Thread thread;
  private final List<Sample> samples = new ArrayList<>();
  private final AtomicInteger outages = new AtomicInteger();
  private Connection connection;
  private volatile boolean closed;
  private @Nullable Exception end;

  private Sampler(Connector connector, Supplier<Set<String>> leftOut) throws SQLException {
    this.connector = connector;
    this.connection = connector.connect();
    this.leftOut = leftOut;
    this.thread = Thread.ofPlatform().name("sampler").daemon().unstarted(this::run);
  }

  /**
   * Starts to sample.
   *
   * @param connector opens a superuser's session over TCP, which is used by nobody else and closed
   *     with the sampler
   * @param leftOut addresses, without a prefix length, whose sessions do not count: the operator's
   *     pods, past ones too
   * @throws SQLException when there is no session to be had
   */
  public static Sampler start(Connector connector, Supplier<Set<String>> leftOut)
      throws SQLException {
    Sampler sampler = new Sampler(connector, leftOut);
    sampler.thread.start();
    return sampler;
  }

  /**
   * From now on, until the answer is closed, the server may go away: it then has no sessions to
   * count, and is asked again as soon as it is back. What could not be seen is no missed moment.
   */
  public Outage expectOutage() {
    outages.incrementAndGet();
    return outages::decrementAndGet;
  }

  private void run() {
    long previous = System.nanoTime();
    try {
      while (!closed) {
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
          previous = sample(query, previous);
        } catch (SQLException e) {
          reconnect(e);
        }
      }
    } catch (SQLException | RuntimeException e) {
      stopped(e);
    }
  }

  /** Samples until it is closed, or the session ends with an exception. */
  private long sample(PreparedStatement query, long before) throws SQLException {
    long due = System.nanoTime();
    long previous = before;
    int missed = 0;
    while (!closed) {
      Map<String, Integer> byAddress = read(query);
      long now = System.nanoTime();
      add(byAddress, Duration.ofNanos(now - previous), missed);
      previous = now;
      missed = Math.toIntExact(Math.max(0, (now - due) / PERIOD.toNanos()));
      due += (missed + 1) * PERIOD.toNanos();
      LockSupport.parkNanos(due - System.nanoTime());
    }
    return previous;
  }

  private void reconnect(SQLException lost) throws SQLException {
    SQLException why = lost;
    connection.close();
    while (!closed) {
      if (outages.get() == 0) {
        throw why;
      }
      try {
        connection = connector.connect();
        return;
      } catch (SQLException e) {
        why = e;
        LockSupport.parkNanos(RETRY.toNanos());
      }
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

  /** Opens the sampler's session. */
  @FunctionalInterface
  public interface Connector {

    /** A new session. */
    Connection connect() throws SQLException;
  }

  /** A time in which the server may be away. */
  @FunctionalInterface
  public interface Outage extends AutoCloseable {

    /** Ends it: from now on a lost session is an error again. */
    @Override
    void close();
  }
}
