package dev.penstock.operator.fleet;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the process in one pod, and tells it its grant until it has answered: one long poll
 * after the other, and beside it one grant at a time, on the event loop.
 *
 * <p>Thread-safe.
 */
final class InstanceWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceWatch.class);

  private final Target target;
  private final InstanceClient client;
  private final FleetSettings settings;
  private final EventLoop loop;
  private final LongSupplier nanoTime;
  private final Runnable onChange;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock: asked for by any thread.
  private final Hearing hearing;
  private @Nullable GrantRequest wanted;

  // The event loop's.
  private final Backoff listening;
  private final Backoff telling;
  private long after = InstanceClient.NOTHING_SEEN;
  private boolean isAwaited;
  private long asked;
  private @Nullable GrantRequest told;
  private boolean isTelling;
  private boolean isClosed;

  InstanceWatch(
      Target target,
      InstanceClient client,
      FleetSettings settings,
      EventLoop loop,
      LongSupplier nanoTime,
      Runnable onChange) {
    this.target = target;
    this.client = client;
    this.settings = settings;
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.onChange = onChange;
    this.hearing = new Hearing(target.uid(), settings);
    this.listening = new Backoff(settings);
    this.telling = new Backoff(settings);
  }

  void start() {
    loop.execute(this::listen);
  }

  Target target() {
    return target;
  }

  /**
   * What is known; empty before the first report.
   *
   * @param incarnations that are known to run in the pod, or to have run there
   */
  Optional<Sighting> sighting(Collection<String> incarnations) {
    lock.lock();
    try {
      Optional<Sighting> known = hearing.sighting(incarnations, nanoTime.getAsLong());
      if (hearing.isInDoubt()) {
        loop.execute(this::askAnew);
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** Delivers {@code grant}, again and again until it is answered or another one replaces it. */
  void tell(GrantRequest grant) {
    lock.lock();
    try {
      if (grant.equals(wanted)) {
        return;
      }
      wanted = grant;
    } finally {
      lock.unlock();
    }
    loop.execute(this::deliver);
  }

  @Override
  public void close() {
    loop.execute(
        () -> {
          isClosed = true;
          client.close();
          LOG.debug("no longer listening to {}", target);
        });
  }

  private void listen() {
    if (isClosed) {
      return;
    }
    isAwaited = true;
    asked = nanoTime.getAsLong();
    client.report(
        after,
        new InstanceClient.Outcome() {
          @Override
          public void heard(InstanceReport report) {
            isAwaited = false;
            listening.reset();
            after = report.sequence();
            boolean isNews = accept(report, asked);
            // Bounds how often one instance can make the operator think.
            later(settings.pause(), InstanceWatch.this::listen);
            if (isNews) {
              onChange.run();
            }
          }

          @Override
          public void failed(IOException why) {
            isAwaited = false;
            // The next process at this address counts from its own beginning.
            after = InstanceClient.NOTHING_SEEN;
            later(listening.pause(), InstanceWatch.this::listen);
            missed(why);
          }
        });
  }

  /**
   * The report that is awaited was asked for before others were known to have run in the pod, and
   * proves nothing of them: another is asked for in its place, and answered at once.
   */
  private void askAnew() {
    if (isClosed || !isOutdated(asked)) {
      return;
    }
    after = InstanceClient.NOTHING_SEEN;
    if (isAwaited) {
      client.hangUp();
      listen();
    }
  }

  private void deliver() {
    GrantRequest next = wanted();
    if (isClosed || isTelling || next == null || next.equals(told)) {
      return;
    }
    isTelling = true;
    long askedNow = nanoTime.getAsLong();
    client.grant(
        next,
        new InstanceClient.Outcome() {
          @Override
          public void heard(InstanceReport report) {
            isTelling = false;
            told = next;
            telling.reset();
            boolean isNews = accept(report, askedNow);
            deliver();
            if (isNews) {
              onChange.run();
            }
          }

          @Override
          public void failed(IOException why) {
            LOG.debug("{} was not told round {}", target, next.round());
            later(
                telling.pause(),
                () -> {
                  isTelling = false;
                  deliver();
                });
            // It may still hold a long poll open that no one will answer.
            missed(why);
          }
        });
  }

  private void later(Duration delay, Runnable what) {
    var _ = loop.schedule(what, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private @Nullable GrantRequest wanted() {
    lock.lock();
    try {
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOutdated(long question) {
    lock.lock();
    try {
      return hearing.isOutdated(question);
    } finally {
      lock.unlock();
    }
  }

  private boolean accept(InstanceReport report, long question) {
    lock.lock();
    try {
      boolean isNews = hearing.accept(report, question, nanoTime.getAsLong());
      if (hearing.isOutdated(question)) {
        after = InstanceClient.NOTHING_SEEN;
      }
      return isNews;
    } finally {
      lock.unlock();
    }
  }

  private void missed(IOException failure) {
    boolean fellSilent;
    lock.lock();
    try {
      fellSilent = hearing.failed();
    } finally {
      lock.unlock();
    }
    if (fellSilent) {
      LOG.info("{} does not answer: {}", target, failure.toString());
      onChange.run();
    } else {
      LOG.debug("{} did not answer", target, failure);
    }
  }
}
