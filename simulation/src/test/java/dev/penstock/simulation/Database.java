package dev.penstock.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The database server: it counts a backend from when it has read the startup packet until the
 * backend's process has ended, whatever the other side believes by then.
 */
final class Database {

  /** {@code superuser_reserved_connections}. */
  static final int RESERVED = 3;

  private final Timeline time;
  private final Chance chance;
  private final Set<Session> sessions = new LinkedHashSet<>();
  private int maxConnections;
  private boolean reachable = true;

  Database(Timeline time, Chance chance, int maxConnections) {
    this.time = time;
    this.chance = chance;
    this.maxConnections = maxConnections;
  }

  /** One backend. */
  final class Session {
    final String process;
    final String address;
    private final Runnable endOfStream;

    private Session(String process, String address, Runnable endOfStream) {
      this.process = process;
      this.address = address;
      this.endOfStream = endOfStream;
    }

    /** Has read Terminate, or an end of stream: the backend ends soon, and then its stream. */
    void terminate() {
      time.after(chance.upTo(Duration.ofMillis(chance.percent(5) ? 5000 : 50)), this::end);
    }

    /** The other side is no more; the server notices that at some time. */
    void abandon() {
      time.after(chance.upTo(World.SERVER_NOTICES), this::end);
    }

    private void end() {
      if (sessions.remove(this)) {
        time.after(chance.upTo(Duration.ofMillis(50)), endOfStream);
      }
    }
  }

  /** What comes of an attempt to connect. */
  sealed interface Outcome {
    record Accepted(Session session) implements Outcome {}

    record Refused() implements Outcome {}

    record Unreachable() implements Outcome {}
  }

  /**
   * Reads a startup packet.
   *
   * @param endOfStream what the other side does when it reads the end of the stream
   */
  Outcome accept(String process, String address, Runnable endOfStream) {
    if (!reachable) {
      return new Outcome.Unreachable();
    }
    if (sessions.size() >= maxConnections - RESERVED) {
      return new Outcome.Refused();
    }
    Session session = new Session(process, address, endOfStream);
    sessions.add(session);
    return new Outcome.Accepted(session);
  }

  /** Ends all sessions and comes back with another {@code max_connections}. */
  void restart(int newMaxConnections) {
    maxConnections = newMaxConnections;
    List<Session> all = new ArrayList<>(sessions);
    all.forEach(Session::end);
  }

  void reachable(boolean nowReachable) {
    reachable = nowReachable;
  }

  boolean isReachable() {
    return reachable;
  }

  int maxConnections() {
    return maxConnections;
  }

  /** All backends there are. */
  int count() {
    return sessions.size();
  }

  /** As {@code pg_stat_activity} counts them by {@code client_addr}. */
  int countFrom(String address) {
    return (int) sessions.stream().filter(session -> session.address.equals(address)).count();
  }

  /** Backends by the process that opened them. */
  Map<String, Integer> byProcess() {
    Map<String, Integer> counts = new HashMap<>();
    sessions.forEach(session -> counts.merge(session.process, 1, Integer::sum));
    return counts;
  }
}
