package dev.penstock.operator.fleet;

import java.time.Duration;

/**
 * The most that was demanded at once, of late: between one and two windows back. A transaction that
 * ends just before the next begins leaves no dent in it.
 *
 * <p>Not thread-safe.
 */
final class DemandMemory {

  private final long window;
  private long windowStart;
  private int before;
  private int current;
  private int last;

  DemandMemory(Duration window) {
    this.window = window.toNanos();
  }

  /** Takes in what is demanded from now on. */
  void observe(int demand, long now) {
    turn(now);
    last = demand;
    current = Math.max(current, demand);
  }

  /** The most of late. */
  int peak(long now) {
    turn(now);
    return Math.max(before, current);
  }

  private void turn(long now) {
    long windows = (now - windowStart) / window;
    if (windows > 0) {
      // What was demanded last has been demanded ever since.
      before = windows == 1 ? current : last;
      current = last;
      windowStart += windows * window;
    }
  }
}
