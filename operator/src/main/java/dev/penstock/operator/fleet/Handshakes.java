package dev.penstock.operator.fleet;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the TLS handshakes under way at a time, over all fleets, first come first served: a
 * thousand at once would each take longer than it is given, and all the work be lost.
 *
 * <p>Who stands in line is connected already, so that addresses where no one is hold no place; and
 * who does not get on keeps its place for a while only, so that processes which accept connections
 * and never answer do not hold up the others. Belongs to one event loop.
 */
final class Handshakes {

  private final EventLoop loop;
  private final int most;
  private final Duration longest;
  private final Queue<Turn> waiting = new ArrayDeque<>();
  private int underWay;

  /**
   * Nobody is in line.
   *
   * @param most that are under way at a time, at least 1
   * @param longest how long one keeps its place; it may go on without
   */
  Handshakes(EventLoop loop, int most, Duration longest) {
    this.loop = loop;
    this.most = most;
    this.longest = longest;
  }

  /** Gets in line; {@code begin} is called when there is a place, and never from in here. */
  Turn enter(Runnable begin) {
    Turn turn = new Turn(begin);
    waiting.add(turn);
    loop.execute(this::admit);
    return turn;
  }

  private void admit() {
    while (underWay < most && !waiting.isEmpty()) {
      waiting.remove().take();
    }
  }

  /** A place in line, and then among those under way. */
  final class Turn {
    private final Runnable begin;
    private @Nullable Future<?> limit;
    private boolean over;

    private Turn(Runnable begin) {
      this.begin = begin;
    }

    private void take() {
      if (over) {
        return;
      }
      underWay++;
      limit = loop.schedule(this::leave, longest.toMillis(), TimeUnit.MILLISECONDS);
      begin.run();
    }

    /** Makes room for the next. Idempotent. */
    void leave() {
      if (over) {
        return;
      }
      over = true;
      if (limit != null) {
        limit.cancel(false);
        underWay--;
        admit();
      }
    }
  }
}
