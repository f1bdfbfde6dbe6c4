package dev.penstock.operator.fleet;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection to an instance: opened when there is something to ask, kept while the
 * other side keeps it, for one request at a time. Belongs to the event loop.
 *
 * <p>A connection at rest has no buffers: those of TLS and HTTP come with the bytes and go with
 * them.
 */
final class InstanceConnection {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceConnection.class);

  /** A report has a few hundred bytes; more than this is not a report. */
  private static final int LONGEST_ANSWER = 65_536;

  private final FleetLoop loop;
  private final SSLContext tls;
  private final InetSocketAddress address;
  private final String base;
  private final Duration idle;
  private @Nullable Line line;

  /** Takes what comes of a request: one of the two is called, once, on the event loop. */
  interface Outcome {
    /** There is an answer. */
    void answered(int status, byte[] body);

    /** There is none, and there will be none. */
    void failed(IOException why);
  }

  private record Call(FullHttpRequest request, Duration patience, Outcome outcome) {}

  /**
   * Not opened yet.
   *
   * @param base how the instance is called in messages
   * @param idle how long it is kept open without a request
   */
  InstanceConnection(
      FleetLoop loop, SSLContext tls, InetSocketAddress address, String base, Duration idle) {
    this.loop = loop;
    this.tls = tls;
    this.address = address;
    this.base = base;
    this.idle = idle;
  }

  /**
   * Asks; not before the last request has come to its end.
   *
   * @param patience for the answer, from when the request is sent
   */
  void call(FullHttpRequest request, Duration patience, Outcome outcome) {
    Call call = new Call(request, patience, outcome);
    if (line == null) {
      line = new Line(call);
      line.open();
    } else {
      line.ask(call);
    }
  }

  /** Closes it. Nothing comes of a request that is under way, not even a failure. */
  void hangUp() {
    if (line != null) {
      line.end();
    }
  }

  /** The connection from its beginning to its end. */
  private final class Line extends SimpleChannelInboundHandler<Object> {
    private @Nullable Call call;
    private @Nullable Channel channel;
    private Handshakes.@Nullable Turn turn;
    private @Nullable Future<?> limit;
    private boolean over;

    Line(Call first) {
      call = first;
    }

    void open() {
      ChannelFuture connecting = loop.connect(address, this);
      channel = connecting.channel();
      connecting.addListener(
          connected -> {
            if (!connected.isSuccess()) {
              broken(connected.cause());
            }
          });
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      if (over) {
        var _ = context.close();
      } else {
        turn = loop.handshakes().enter(() -> secure(context));
      }
    }

    private void secure(ChannelHandlerContext context) {
      context
          .pipeline()
          .addFirst(
              loop.secure(tls), new HttpClientCodec(), new HttpObjectAggregator(LONGEST_ANSWER));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake && turn != null) {
        turn.leave();
        turn = null;
        if (handshake.isSuccess() && call != null) {
          ask(call);
        } else if (!handshake.isSuccess()) {
          broken(handshake.cause());
        }
      }
    }

    void ask(Call next) {
      call = next;
      limit(
          next.patience(),
          () ->
              broken(
                  new SocketTimeoutException(
                      base + " does not answer within " + next.patience().toMillis() + " ms")));
      if (channel != null) {
        channel
            .writeAndFlush(next.request())
            .addListener(
                written -> {
                  if (!written.isSuccess()) {
                    broken(written.cause());
                  }
                });
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Object message) {
      Call asked = call;
      if (over) {
        return;
      }
      if (asked == null || !(message instanceof FullHttpResponse response)) {
        broken(new GarbledAnswerException(base + " answers what nobody asked", null));
      } else if (response.decoderResult().isFailure()) {
        broken(
            new GarbledAnswerException(
                base + " answers what is no HTTP", response.decoderResult().cause()));
      } else {
        call = null;
        byte[] body = ByteBufUtil.getBytes(response.content());
        if (HttpUtil.isKeepAlive(response)) {
          limit(idle, this::end);
        } else {
          end();
        }
        asked.outcome().answered(response.status().code(), body);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      broken(new IOException(base + " has hung up"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof RuntimeException && !(cause instanceof CodecException)) {
        LOG.error("the conversation with {} failed", base, cause);
      }
      broken(cause);
    }

    private void limit(Duration most, Runnable then) {
      if (limit != null) {
        limit.cancel(false);
      }
      limit = loop.loop().schedule(then, most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void broken(Throwable why) {
      Call failed = call;
      if (!over) {
        end();
        if (failed != null) {
          failed.outcome().failed(reason(why));
        }
      }
    }

    void end() {
      over = true;
      call = null;
      if (turn != null) {
        turn.leave();
      }
      if (limit != null) {
        limit.cancel(false);
      }
      if (line == this) {
        line = null;
      }
      if (channel != null) {
        var _ = channel.close();
      }
    }

    private IOException reason(Throwable why) {
      return switch (why) {
        case TooLongFrameException tooLong ->
            new GarbledAnswerException(
                base + " answers more than " + LONGEST_ANSWER + " bytes", tooLong);
        case PrematureChannelClosureException half ->
            new IOException(base + " has hung up in the middle of an answer", half);
        case DecoderException wrapped when wrapped.getCause() instanceof IOException cause -> cause;
        case IOException itself -> itself;
        default -> new IOException(base + ": " + why.getMessage(), why);
      };
    }
  }
}
