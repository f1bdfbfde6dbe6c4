package dev.penstock.pooler.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * What an administrator holds up: paused databases, whose clients wait and whose server connections
 * are closed as soon as they are free; disabled ones, which let no new client in; and, while
 * suspended, every transaction that has not begun. Owned by the event loop.
 */
public final class Holds {
  private record Wait(Predicate<Slot> forGoneOf, CompletableFuture<Void> done) {}

  private final Pools pools;
  private final Set<String> paused = new HashSet<>();
  private final Set<String> disabled = new HashSet<>();
  private final List<Wait> waits = new ArrayList<>();
  private boolean allPaused;
  private boolean suspended;

  Holds(Pools pools) {
    this.pools = pools;
  }

  /** Whether no client of that database is to be served now. */
  boolean holdUp(String database) {
    return allPaused || suspended || paused.contains(database);
  }

  /** Whether server connections of that database are to go. */
  boolean close(String database) {
    return allPaused || paused.contains(database);
  }

  /** Whether all databases are paused at once. */
  public boolean isPaused() {
    return allPaused;
  }

  /** Whether that database is paused by itself. */
  public boolean isPaused(String database) {
    return paused.contains(database);
  }

  /** Whether there are databases that are paused by themselves. */
  public boolean isAnyPaused() {
    return !paused.isEmpty();
  }

  /** Whether no transaction may begin. */
  public boolean isSuspended() {
    return suspended;
  }

  /** Whether that database lets no new client in. */
  public boolean isDisabled(String database) {
    return disabled.contains(database);
  }

  /** Lets new clients in, or not. */
  public void disable(String database, boolean whether) {
    if (whether) {
      disabled.add(database);
    } else {
      disabled.remove(database);
    }
  }

  /**
   * Pauses all databases.
   *
   * @return completes when no server connection is left
   */
  public CompletableFuture<Void> pause() {
    allPaused = true;
    closeFree();
    return gone(_ -> true);
  }

  /**
   * Pauses one database.
   *
   * @return completes when it has no server connection left
   */
  public CompletableFuture<Void> pause(String database) {
    paused.add(database);
    closeFree();
    return gone(slot -> slot.pool().key().database().equals(database));
  }

  /**
   * Lets no transaction begin; server connections stay open.
   *
   * @return completes when none is in use
   */
  public CompletableFuture<Void> suspend() {
    suspended = true;
    return gone(slot -> slot.state() == Slot.State.ACTIVE);
  }

  /**
   * Ends {@link #pause()} and {@link #suspend}; who waits for them to be complete waits in vain.
   */
  public void resume() {
    allPaused = false;
    suspended = false;
    paused.clear();
    giveUpWaits();
    serveWaiting();
  }

  /** Ends {@link #pause(String)}. */
  public void resume(String database) {
    paused.remove(database);
    serveWaiting();
  }

  /**
   * Completes when there is no connection, that the server may still count, of which this is so.
   */
  public CompletableFuture<Void> gone(Predicate<Slot> which) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    waits.add(new Wait(which, done));
    look();
    return done;
  }

  /**
   * Has server connections closed, each as soon as it is free, and others opened in their place.
   *
   * @param which of which pools
   */
  public void reconnect(Predicate<PoolKey> which) {
    for (Pool pool : pools.all()) {
      if (which.test(pool.key())) {
        pool.reconnect("reconnect requested");
      }
    }
    pools.dispatch();
  }

  private void closeFree() {
    for (Slot slot : new ArrayList<>(pools.slots())) {
      boolean free = slot.state() == Slot.State.IDLE || slot.state() == Slot.State.CONNECTING;
      if (free && close(slot.pool().key().database())) {
        pools.close(slot, "database paused");
      }
    }
  }

  private void serveWaiting() {
    for (Pool pool : pools.all()) {
      if (!holdUp(pool.key().database())) {
        pool.serveWaiting();
      }
    }
    pools.dispatch();
  }

  private void giveUpWaits() {
    List<Wait> given = new ArrayList<>(waits);
    waits.clear();
    given.forEach(wait -> wait.done().cancel(false));
  }

  /** A connection has gone, or is free. */
  void look() {
    if (waits.isEmpty()) {
      return;
    }
    List<Wait> over = waits.stream().filter(this::isOver).toList();
    waits.removeAll(over);
    over.forEach(wait -> wait.done().complete(null));
  }

  private boolean isOver(Wait wait) {
    return wait.done().isDone()
        || pools.slots().stream()
            .filter(slot -> slot.state() != Slot.State.LOST)
            .noneMatch(wait.forGoneOf());
  }
}
