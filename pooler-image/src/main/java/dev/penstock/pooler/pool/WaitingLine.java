package dev.penstock.pooler.pool;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one pool that wait: for a server connection, first come first served, or only for
 * what a session begins with. The process's count of those who wait is kept by the owner. Not
 * thread-safe.
 */
final class WaitingLine {
  private final SequencedSet<Waiter> waiters = new LinkedHashSet<>();
  private final SequencedSet<Waiter> greeters = new LinkedHashSet<>();

  void add(Waiter client) {
    waiters.add(client);
  }

  void addGreeter(Waiter client) {
    greeters.add(client);
  }

  /** Whether the client waited. */
  boolean remove(Waiter client) {
    return waiters.remove(client) || greeters.remove(client);
  }

  /** The first who waits for a connection, who waits no longer; null when no one does. */
  @Nullable Waiter poll() {
    return waiters.isEmpty() ? null : waiters.removeFirst();
  }

  /** Those who waited to be greeted, who wait no longer. */
  List<Waiter> takeGreeters() {
    List<Waiter> taken = new ArrayList<>(greeters);
    greeters.clear();
    return taken;
  }

  /** All who waited, who wait no longer. */
  List<Waiter> takeAll() {
    List<Waiter> taken = takeGreeters();
    taken.addAll(waiters);
    waiters.clear();
    return taken;
  }

  /** Takes out who has waited since {@code limit} nanoseconds or longer. */
  void expire(long now, long limit, Consumer<Waiter> late) {
    expire(waiters, now, limit, late);
    expire(greeters, now, limit, late);
  }

  private static void expire(
      SequencedSet<Waiter> queue, long now, long limit, Consumer<Waiter> late) {
    while (!queue.isEmpty() && now - queue.getFirst().waitingSince() >= limit) {
      late.accept(queue.removeFirst());
    }
  }

  /** Whether no one waits for a connection. */
  boolean isEmpty() {
    return waiters.isEmpty();
  }

  /** How many connections those who wait would use: one is enough to greet all. */
  int wants(boolean greetable) {
    return Math.max(waiters.size(), greeters.isEmpty() || greetable ? 0 : 1);
  }

  int size() {
    return waiters.size() + greeters.size();
  }

  /** Whether the first in line for a connection has waited that long. */
  boolean hasWaited(long now, long nanos) {
    return !waiters.isEmpty() && now - waiters.getFirst().waitingSince() >= nanos;
  }

  /** When the first of all who wait began to; {@code now} when no one does. */
  long oldest(long now) {
    long oldest = waiters.isEmpty() ? now : waiters.getFirst().waitingSince();
    if (!greeters.isEmpty() && greeters.getFirst().waitingSince() - oldest < 0) {
      oldest = greeters.getFirst().waitingSince();
    }
    return oldest;
  }
}
