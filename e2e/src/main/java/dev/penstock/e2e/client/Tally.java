package dev.penstock.e2e.client;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one client. Thread-safe. */
final class Tally {

  /** Enough to see what went wrong, and bounded however much does. */
  private static final int KINDS_KEPT = 20;

  private static final String OTHERS = "others";

  private final LongAdder done = new LongAdder();
  private final AtomicLong failed = new AtomicLong();
  private final LongAdder retried = new LongAdder();
  private final LongAdder connectRefusals = new LongAdder();
  private final AtomicLong slowestMillis = new AtomicLong();
  private final AtomicInteger working = new AtomicInteger();
  private final ConcurrentHashMap<String, Long> failures = new ConcurrentHashMap<>();

  void done(Duration took) {
    done.increment();
    slowestMillis.accumulateAndGet(took.toMillis(), Math::max);
  }

  void failed(String how) {
    failed.incrementAndGet();
    boolean kept = failures.containsKey(how) || failures.size() < KINDS_KEPT;
    failures.merge(kept ? how : OTHERS, 1L, Long::sum);
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
        failures);
  }
}
