package dev.penstock.pooler.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * What an administrator holds up: paused databases, whose clients wait and whose server connections
 * are closed as soon as they are free; disabled ones, which let no new client in; and, while
 * suspended, every transaction that has not begun. Owned by the event loop.
 */
public final class Holds {

  /**
   * Someone waits for connections to go.
   *
   * @param forGoneOf which
   * @param inVain whether what it waits for has been taken back
   */
  private record Wait(
      Predicate<Slot> forGoneOf, BooleanSupplier inVain, CompletableFuture<Void> done) {}

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
   * @return completes when no server connection is left; cancelled by {@link #resume()}
   */
  public CompletableFuture<Void> pause() {
    allPaused = true;
    closeFree();
    return await(_ -> true, () -> !allPaused);
  }

  /**
   * Pauses one database.
   *
   * @return completes when it has no server connection left; cancelled when it is resumed
   */
  public CompletableFuture<Void> pause(String database) {
    paused.add(database);
    closeFree();
    return await(
        slot -> slot.pool().key().database().equals(database), () -> !paused.contains(database));
  }

  /**
   * Lets no transaction begin; server connections stay open.
   *
   * @return completes when none is in use; cancelled by {@link #resume()}
   */
  public CompletableFuture<Void> suspend() {
    suspended = true;
    return await(slot -> slot.state() == Slot.State.ACTIVE, () -> !suspended);
  }

  /** Ends {@link #pause()} and {@link #suspend}; databases paused by themselves stay so. */
  public void resume() {
    allPaused = false;
    suspended = false;
    resumed();
  }

  /** Ends {@link #pause(String)}. */
  public void resume(String database) {
    paused.remove(database);
    resumed();
  }

  /** Ends whatever holds anything up. */
  public void resumeAll() {
    paused.clear();
    resume();
  }

  /** Forgets what is held up of databases that are no more. */
  void retain(Predicate<String> known) {
    disabled.removeIf(known.negate());
    if (paused.removeIf(known.negate())) {
      resumed();
    }
  }

  /**
   * Completes when there is no connection of which this is so, but for those whose end was not
   * seen: they may go on counting for minutes.
   */
  public CompletableFuture<Void> gone(Predicate<Slot> which) {
    return await(which, () -> false);
  }

  private CompletableFuture<Void> await(Predicate<Slot> forGoneOf, BooleanSupplier inVain) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    waits.add(new Wait(forGoneOf, inVain, done));
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

  private void resumed() {
    List<Wait> given = waits.stream().filter(wait -> wait.inVain().getAsBoolean()).toList();
    waits.removeAll(given);
    given.forEach(wait -> wait.done().cancel(false));
    for (Pool pool : pools.all()) {
      if (!holdUp(pool.key().database())) {
        pool.serveWaiting();
      }
    }
    pools.dispatch();
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
