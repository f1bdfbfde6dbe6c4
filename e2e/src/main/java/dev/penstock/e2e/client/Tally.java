package dev.penstock.e2e.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one client. Thread-safe. */
final class Tally {

  /** Enough to see what went wrong, and bounded however much does. */
  private static final int FAILURES_KEPT = 20;

  private final LongAdder done = new LongAdder();
  private final AtomicLong failed = new AtomicLong();
  private final LongAdder retried = new LongAdder();
  private final LongAdder connectRefusals = new LongAdder();
  private final AtomicLong slowestMillis = new AtomicLong();
  private final AtomicInteger working = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  void done(Duration took) {
    done.increment();
    slowestMillis.accumulateAndGet(took.toMillis(), Math::max);
  }

  void failed(String how) {
    if (failed.incrementAndGet() <= FAILURES_KEPT) {
      failures.add(how);
    }
  }

  void retried() {
    retried.increment();
  }

  void began() {
    working.incrementAndGet();
  }

  void ended() {
    working.decrementAndGet();
  }

  void connectRefused() {
    connectRefusals.increment();
  }

  Stats stats() {
    return new Stats(
        done.sum(),
        failed.get(),
        retried.sum(),
        connectRefusals.sum(),
        slowestMillis.get(),
        working.get(),
        List.copyOf(failures));
  }
}
