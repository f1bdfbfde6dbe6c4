package dev.penstock.bench.scale;

import dev.penstock.contract.GrantRequest;
import dev.penstock.contract.Incarnation;
import dev.penstock.contract.InstanceReport;
import io.netty.channel.EventLoop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * What the operator can tell of an instance: it holds what it demands and may, and answers as the
 * contract says. All state belongs to one event loop, and every method but those said to be
 * otherwise is called on it.
 */
final class SimulatedInstance {

  private final String incarnation = Incarnation.draw(Instant.now()).id();
  private final CompletableFuture<Long> firstGrant = new CompletableFuture<>();
  private final EventLoop loop;
  private final int demand;
  private final List<Poll> polls = new ArrayList<>();
  private long sequence = 1;
  private long round;
  private int grant;
  private boolean draining;

  /** Takes an answer. */
  @FunctionalInterface
  interface Reply {
    void send(int status, InstanceReport report);
  }

  private record Poll(Reply reply, ScheduledFuture<?> limit) {}

  /**
   * An instance that has just started.
   *
   * @param demand connections that its clients use all the time
   */
  SimulatedInstance(EventLoop loop, int demand) {
    this.loop = loop;
    this.demand = demand;
  }

  /** When it was granted something first, by {@link System#nanoTime}. From any thread. */
  CompletableFuture<Long> firstGrant() {
    return firstGrant;
  }

  /** Begins to leave. From any thread. */
  void drain() {
    loop.execute(
        () -> {
          draining = true;
          changed();
        });
  }

  /**
   * Reports.
   *
   * @param after the last report that was heard
   * @param seconds how long to wait for another
   */
  void report(long after, long seconds, Reply reply) {
    if (sequence > after) {
      reply.send(200, reportNow());
      return;
    }
    Poll[] self = new Poll[1];
    self[0] =
        new Poll(
            reply,
            loop.schedule(
                () -> {
                  polls.remove(self[0]);
                  reply.send(200, reportNow());
                },
                seconds,
                TimeUnit.SECONDS));
    polls.add(self[0]);
  }

  void grant(GrantRequest request, Reply reply) {
    boolean isMine = incarnation.equals(request.incarnation());
    boolean isSame = request.round() == round && request.grant() == grant;
    boolean isNewer = isMine && request.round() > round;
    if (isNewer) {
      round = request.round();
      grant = request.grant();
      if (grant > 0) {
        firstGrant.complete(System.nanoTime());
      }
      changed();
    }
    reply.send(isNewer || (isMine && isSame) ? 200 : 409, reportNow());
  }

  private void changed() {
    sequence++;
    List<Poll> waiting = List.copyOf(polls);
    polls.clear();
    for (Poll poll : waiting) {
      poll.limit().cancel(false);
      poll.reply().send(200, reportNow());
    }
  }

  private InstanceReport reportNow() {
    int wanted = draining ? 0 : demand;
    int held = Math.min(grant, wanted);
    return new InstanceReport(
        incarnation, sequence, round, grant, held, held, 0, 0, 0, wanted, draining);
  }
}
