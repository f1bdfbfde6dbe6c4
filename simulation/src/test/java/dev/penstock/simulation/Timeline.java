package dev.penstock.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Simulated time: what is to happen, and when. What is due at once happens in the order asked. */
public final class Timeline {

  private record Event(long at, long order, Runnable what) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final Runnable afterEach;
  private long now = Duration.ofDays(1).toNanos();
  private long order;

  /**
   * @param afterEach called after every event
   */
  Timeline(Runnable afterEach) {
    this.afterEach = afterEach;
  }

  /** Nanoseconds of the simulated time. */
  public long now() {
    return now;
  }

  /** Has something happen in a while. */
  public void after(Duration delay, Runnable what) {
    events.add(new Event(now + delay.toNanos(), order++, what));
  }

  /** Lets so many events happen, if there are, but none that is further away than {@code most}. */
  void run(int count, Duration most) {
    long limit = now + most.toNanos();
    for (int i = 0; i < count && happensBy(limit); i++) {
      next();
    }
  }

  /** Lets all happen that is due within a time, and comes to its end. */
  void run(Duration time) {
    long end = now + time.toNanos();
    while (happensBy(end)) {
      next();
    }
    now = Math.max(now, end);
  }

  private boolean happensBy(long limit) {
    return !events.isEmpty() && events.peek().at() <= limit;
  }

  private void next() {
    Event event = events.remove();
    // Events of a time that was run through within another event are late, and happen now.
    now = Math.max(now, event.at());
    event.what().run();
    afterEach.run();
  }
}
