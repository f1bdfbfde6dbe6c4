package dev.penstock.pooler.fleet;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.Incarnation;
import dev.penstock.contract.InstanceReport;
import dev.penstock.contract.Peer;
import dev.penstock.pooler.pool.Grantable;
import dev.penstock.pooler.pool.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which grant is in force, and of which round.
 *
 * <p>A report never names a round before its grant is in force at the pools, and always asks the
 * pools after it has looked which one is: a report that says {@code held ≤ grant} for a round is
 * therefore true from that round on, which is what the operator's ledger builds on.
 *
 * <p>Thread-safe. The methods block and belong on no event loop.
 */
final class GrantRegister {

  /** The event loop answers within one turn; one that takes longer than this is stuck. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What came of a request. */
  record Outcome(boolean accepted, InstanceReport report) {}

  private record Decision(long round, int grant) {}

  /** A state that an operator would act on, and what completes when it is no longer the newest. */
  private record Change(long sequence, CompletableFuture<Void> superseded) {}

  private final Grantable pools;
  private final String incarnation;
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private final AtomicReference<Change> newest =
      new AtomicReference<>(new Change(0, new CompletableFuture<>()));

  /** The newest decision that was passed on to the pools; guarded by the lock. */
  private Decision passedOn = new Decision(0, 0);

  private volatile Decision inForce = passedOn;
  private volatile List<Peer> peers = List.of();

  GrantRegister(Grantable pools, Incarnation incarnation) {
    this.pools = pools;
    this.incarnation = incarnation.id();
    pools.onChange(this::changed);
  }

  /** The round in force, 0 before the first. */
  long round() {
    return inForce.round();
  }

  /** The other instances, as the last accepted grant named them. */
  List<Peer> peers() {
    return peers;
  }

  /**
   * Puts a grant in force, unless it is an older one or meant for another process.
   *
   * @throws TimeoutException when the event loop does not answer; the grant may or may not be in
   *     force then, is not reported before it is, and can be sent again
   */
  Outcome accept(GrantRequest request)
      throws InterruptedException, TimeoutException, ExecutionException {
    if (request.incarnation() != null && !request.incarnation().equals(incarnation)) {
      return new Outcome(false, report());
    }
    var decision = new Decision(request.round(), request.grant());
    // One at a time, so that the pools see the rounds in their order.
    if (!oneAtATime.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException("another grant is still waiting for the event loop");
    }
    try {
      if (decision.round() < passedOn.round()
          || (decision.round() == passedOn.round() && !decision.equals(passedOn))) {
        return new Outcome(false, report());
      }
      passedOn = decision;
      answerOf(pools.grant(decision.grant()));
      peers = request.peers();
      if (!inForce.equals(decision)) {
        inForce = decision;
        changed();
      }
      return new Outcome(true, report());
    } finally {
      oneAtATime.unlock();
    }
  }

  /** How things are. */
  InstanceReport report() throws InterruptedException, TimeoutException, ExecutionException {
    // The order matters: what changes after it was looked at is found by the next report.
    var sequence = newest.get().sequence();
    var decision = inForce;
    var usage = answerOf(pools.usage());
    return new InstanceReport(
        incarnation,
        sequence,
        decision.round(),
        decision.grant(),
        usage.held(),
        usage.active(),
        usage.idle(),
        usage.waiting(),
        usage.oldestWaitMillis(),
        usage.clients(),
        usage.draining());
  }

  /**
   * How things are once they are not as they were at {@code sequence} any longer, or after {@code
   * longest}. A sequence that this process has never said is answered at once.
   */
  InstanceReport reportAfter(long sequence, Duration longest)
      throws InterruptedException, TimeoutException, ExecutionException {
    var change = newest.get();
    if (change.sequence() == sequence) {
      try {
        change.superseded().get(longest.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // Nothing has happened, which is an answer too.
        return report();
      }
    }
    return report();
  }

  /** Called on the event loop: completing wakes the threads that wait and runs none of them. */
  private void changed() {
    var before =
        newest.getAndUpdate(change -> new Change(change.sequence() + 1, new CompletableFuture<>()));
    before.superseded().complete(null);
  }

  private static Usage answerOf(CompletableFuture<Usage> usage)
      throws InterruptedException, TimeoutException, ExecutionException {
    return usage.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
  }
}
