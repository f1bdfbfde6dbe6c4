package dev.penstock.pooler.server;

import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.wire.FrontendMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends cancel requests to servers, each on a short connection of its own.
 *
 * <p>These connections do not count against the grant, because the server does not count them: it
 * answers a cancel request before the connection takes one of {@code max_connections} and before it
 * shows in {@code pg_stat_activity} (PostgreSQL, "Canceling Requests in Progress"). To wait for a
 * place instead would mean that a query that has run away could not be cancelled just when all
 * connections are taken by such queries. So that a flood of them is no burden either, few are under
 * way at once and the others wait in line. Owned by the event loop.
 */
public final class Cancels {
  private static final Logger LOG = LoggerFactory.getLogger(Cancels.class);
  private static final int MOST_AT_ONCE = 4;
  private static final int MOST_IN_LINE = 1000;
  private static final long PATIENCE_SECONDS = 15;

  private record Request(ServerConnection server, BooleanSupplier stillWanted, Runnable done) {}

  private final Connector connector;
  private final Queue<Request> line = new ArrayDeque<>();
  private final Set<Request> underWay = Collections.newSetFromMap(new IdentityHashMap<>());

  public Cancels(Connector connector) {
    this.connector = connector;
  }

  /**
   * Cancels what runs at the server.
   *
   * @param stillWanted asked again when the request is about to be sent: a client that has given
   *     its server connection back must not have the next one's query cancelled
   * @param done called when the server has taken the request, or it came to nothing
   */
  public void cancel(ServerConnection server, BooleanSupplier stillWanted, Runnable done) {
    if (!server.cancelKey().isPresent() || line.size() >= MOST_IN_LINE) {
      LOG.warn("{}: cancel request dropped", server);
      done.run();
      return;
    }
    line.add(new Request(server, stillWanted, done));
    sendNext();
  }

  /** How many requests for sessions of that pool wait to be sent. */
  public int waiting(Pool pool) {
    return count(line, pool);
  }

  /** How many requests for sessions of that pool are being sent, or have not taken effect yet. */
  public int underWay(Pool pool) {
    return count(underWay, pool);
  }

  private static int count(Collection<Request> requests, Pool pool) {
    return (int)
        requests.stream().filter(request -> request.server().slot().pool() == pool).count();
  }

  private void sendNext() {
    while (underWay.size() < MOST_AT_ONCE && !line.isEmpty()) {
      Request request = line.remove();
      if (request.stillWanted().getAsBoolean()) {
        send(request);
      } else {
        request.done().run();
      }
    }
  }

  private void send(Request request) {
    underWay.add(request);
    request.server().cancelBegins();
    Target target = request.server().target();
    var handler = new CancelHandler(request);
    connector.open(
        target,
        connector.options(),
        handler,
        (_, failure) -> {
          if (failure != null) {
            LOG.warn("{}: cancel request not sent", request.server(), failure);
            handler.end();
          }
        });
  }

  /** Sends the request and waits for the server to close: only then has it taken effect. */
  private final class CancelHandler extends ChannelInboundHandlerAdapter {
    private final Request request;
    private boolean ended;

    CancelHandler(Request request) {
      this.request = request;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      Channel channel = context.channel();
      CancelKey key = request.server().cancelKey();
      ByteBuf out = channel.alloc().buffer();
      FrontendMessage.writeCancelRequest(out, key.processId(), key.secret());
      var _ = channel.writeAndFlush(out, channel.voidPromise());
      var timeout =
          channel
              .eventLoop()
              .schedule(
                  () -> {
                    var _ = channel.close();
                  },
                  PATIENCE_SECONDS,
                  TimeUnit.SECONDS);
      var _ = channel.closeFuture().addListener(_ -> timeout.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("cancel connection failed", cause);
      var _ = context.close();
    }

    void end() {
      if (!ended) {
        ended = true;
        underWay.remove(request);
        request.server().cancelEnded();
        request.done().run();
        sendNext();
      }
    }
  }
}
