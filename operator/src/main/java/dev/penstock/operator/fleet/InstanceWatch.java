package dev.penstock.operator.fleet;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.InstanceReport;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the process in one pod, and tells it its grant until it has answered.
 *
 * <p>Two virtual threads: one in the long poll, one that delivers. Thread-safe.
 */
final class InstanceWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceWatch.class);

  private final Target target;
  private final InstanceClient client;
  private final FleetSettings settings;
  private final LongSupplier nanoTime;
  private final Runnable onChange;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Hearing hearing;
  private final Thread listener;
  private final Thread teller;
  private @Nullable GrantRequest wanted;

  InstanceWatch(
      Target target,
      InstanceClient client,
      FleetSettings settings,
      LongSupplier nanoTime,
      Runnable onChange) {
    this.target = target;
    this.client = client;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.onChange = onChange;
    this.hearing = new Hearing(target.uid(), settings);
    this.listener = Thread.ofVirtual().name("listen " + target.name()).unstarted(this::listen);
    this.teller = Thread.ofVirtual().name("tell " + target.name()).unstarted(this::tellAll);
  }

  void start() {
    listener.start();
    teller.start();
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
      return hearing.sighting(incarnations, nanoTime.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** Delivers {@code grant}, again and again until it is answered or another one replaces it. */
  void tell(GrantRequest grant) {
    lock.lock();
    try {
      if (!grant.equals(wanted)) {
        wanted = grant;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    listener.interrupt();
    teller.interrupt();
  }

  private void listen() {
    long after = InstanceClient.NOTHING_SEEN;
    Backoff backoff = new Backoff(settings);
    try {
      while (true) {
        try {
          long asked = nanoTime.getAsLong();
          InstanceReport report = client.report(after);
          after = report.sequence();
          accept(report, asked);
          backoff.reset();
          // Bounds how often one instance can make the operator think.
          Thread.sleep(settings.pause());
        } catch (IOException failure) {
          // The next process at this address counts from its own beginning.
          after = InstanceClient.NOTHING_SEEN;
          failed(failure);
          backoff.pause();
        }
      }
    } catch (InterruptedException closed) {
      LOG.debug("no longer listening to {}", target);
    }
  }

  private void tellAll() {
    Backoff backoff = new Backoff(settings);
    GrantRequest told = null;
    try {
      while (true) {
        GrantRequest next = awaitOtherThan(told);
        try {
          long asked = nanoTime.getAsLong();
          accept(client.grant(next), asked);
          told = next;
          backoff.reset();
        } catch (IOException failure) {
          LOG.debug("{} was not told round {}", target, next.round());
          // It may still hold a long poll open that no one will answer.
          failed(failure);
          backoff.pause();
        }
      }
    } catch (InterruptedException closed) {
      LOG.debug("no longer telling {}", target);
    }
  }

  private GrantRequest awaitOtherThan(@Nullable GrantRequest told) throws InterruptedException {
    lock.lock();
    try {
      while (wanted == null || wanted.equals(told)) {
        changed.await();
      }
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  private void accept(InstanceReport report, long asked) {
    boolean isNews;
    lock.lock();
    try {
      isNews = hearing.accept(report, asked, nanoTime.getAsLong());
    } finally {
      lock.unlock();
    }
    if (isNews) {
      onChange.run();
    }
  }

  private void failed(IOException failure) {
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
