package dev.penstock.simulation;

import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.pool.Refusal;
import dev.penstock.pooler.pool.Slot;
import dev.penstock.pooler.pool.Waiter;
import dev.penstock.pooler.pool.Welcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client that begins one transaction after the other, until it is to leave. */
final class SimulatedClient implements Waiter {

  private static final Duration SHORT = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofSeconds(15);

  private final Instance instance;
  private final Pool pool;
  private final Timeline time;
  private final Chance chance;
  private @Nullable Slot slot;
  private long since;
  private boolean waiting;
  private boolean leaving;

  SimulatedClient(Instance instance, Pool pool, Timeline time, Chance chance) {
    this.instance = instance;
    this.pool = pool;
    this.time = time;
    this.chance = chance;
    pool.join();
  }

  void begin() {
    if (leaving) {
      depart();
      return;
    }
    since = time.now();
    waiting = true;
    pool.acquire(this);
  }

  /** Leaves as soon as it is in no transaction. */
  void leave() {
    leaving = true;
    if (waiting) {
      waiting = false;
      pool.giveUp(this);
      depart();
    }
  }

  private void depart() {
    pool.leave();
    instance.left(this);
  }

  @Override
  public void serve(Slot served) {
    waiting = false;
    slot = served;
    later(Duration.ofMillis(200).plus(chance.upTo(chance.percent(5) ? LONG : SHORT)), this::commit);
  }

  private void commit() {
    Slot mine = slot;
    slot = null;
    if (mine != null && mine.state() == Slot.State.ACTIVE) {
      mine.released();
    }
    later(chance.upTo(Duration.ofMillis(20)), this::begin);
  }

  @Override
  public void welcome(Welcome welcome) {
    // Asks for a connection itself.
  }

  @Override
  public void refuse(Refusal refusal) {
    waiting = false;
    later(Duration.ofMillis(500).plus(chance.upTo(SHORT)), this::begin);
  }

  @Override
  public long waitingSince() {
    return since;
  }

  private void later(Duration delay, Runnable what) {
    time.after(
        delay,
        () -> {
          if (instance.isAlive()) {
            what.run();
          }
        });
  }
}
