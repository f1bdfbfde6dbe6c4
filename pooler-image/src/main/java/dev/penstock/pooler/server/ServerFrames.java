package dev.penstock.pooler.server;

import dev.penstock.pooler.pool.Traffic;
import dev.penstock.pooler.wire.BackendMessage;
import dev.penstock.pooler.wire.FrameScanner;
import dev.penstock.pooler.wire.FrontendMessage;
import dev.penstock.pooler.wire.MalformedMessageException;
import dev.penstock.pooler.wire.OutstandingReplies;
import dev.penstock.pooler.wire.ServerError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What a server says: its frames go to the client that the connection is lent to, as slices of the
 * buffers they came in; the replies to the pooler's own statements are kept back. Owned by the
 * event loop.
 */
final class ServerFrames implements FrameScanner.Sink {
  private static final int LARGEST_HELD = 64 * 1024;
  private static final int LARGEST = Integer.MAX_VALUE - 4;

  private final ServerConnection connection;
  private final Traffic traffic;
  private final FrameScanner scanner = new FrameScanner(LARGEST_HELD, LARGEST);
  private final OutstandingReplies outstanding = new OutstandingReplies();
  private final TrackedParameters parameters = new TrackedParameters();
  private @Nullable Channel toFlush;
  private boolean applyingParameters;
  private boolean lastWasError;

  ServerFrames(ServerConnection connection, Traffic traffic) {
    this.connection = connection;
    this.traffic = traffic;
  }

  OutstandingReplies outstanding() {
    return outstanding;
  }

  TrackedParameters parameters() {
    return parameters;
  }

  /** Whether no message is half passed on. */
  boolean atBoundary() {
    return scanner.atBoundary();
  }

  /** Whether the last that was passed on is an error, with which a session ends if it is fatal. */
  boolean endsWithError() {
    return lastWasError;
  }

  /** Begins with a new client, whose parameters are being set if {@code applying}. */
  void lent(boolean applying) {
    outstanding.clear();
    applyingParameters = applying;
    lastWasError = false;
  }

  void scan(ByteBuf in) {
    scanner.scan(in, this);
  }

  /** Drops all that comes. */
  void end() {
    scanner.halt();
  }

  /** Sends on what was written to a client. */
  void flush() {
    Channel client = toFlush;
    toFlush = null;
    if (client != null) {
      client.flush();
    }
  }

  /** One flush a read; the client may change in between, when the connection is lent again. */
  private void flushLater(Channel client) {
    Channel earlier = toFlush;
    if (earlier != null && !earlier.equals(client)) {
      earlier.flush();
    }
    toFlush = client;
  }

  @Override
  public FrameScanner.Handling begin(byte type, int bodyLength) {
    return switch (connection.state()) {
      case ServerState.Active _ when !applyingParameters -> beginForClient(type);
      case ServerState.LoggingIn _ -> FrameScanner.Handling.HOLD;
      case ServerState.Closing _ -> FrameScanner.Handling.DISCARD;
      default -> beginForPooler(type);
    };
  }

  private FrameScanner.Handling beginForClient(byte type) {
    lastWasError = type == BackendMessage.ERROR_RESPONSE;
    return switch (type) {
      case BackendMessage.READY_FOR_QUERY -> FrameScanner.Handling.PEEK;
      case BackendMessage.PARAMETER_STATUS -> FrameScanner.Handling.HOLD;
      case BackendMessage.ERROR_RESPONSE -> {
        outstanding.errorSeen();
        traffic.error();
        yield FrameScanner.Handling.FORWARD;
      }
      case BackendMessage.COPY_IN_RESPONSE -> {
        outstanding.copyInStarted();
        yield FrameScanner.Handling.FORWARD;
      }
      case BackendMessage.AUTHENTICATION, BackendMessage.BACKEND_KEY_DATA ->
          throw new MalformedMessageException("message of a login after it");
      default -> FrameScanner.Handling.FORWARD;
    };
  }

  private static FrameScanner.Handling beginForPooler(byte type) {
    return switch (type) {
      case BackendMessage.PARAMETER_STATUS,
          BackendMessage.ERROR_RESPONSE,
          BackendMessage.READY_FOR_QUERY ->
          FrameScanner.Handling.HOLD;
      default -> FrameScanner.Handling.DISCARD;
    };
  }

  @Override
  public void forward(ByteBuf source, int index, int length) {
    if (connection.state() instanceof ServerState.Active(var guest)) {
      Channel client = guest.channel();
      var _ = client.write(source.retainedSlice(index, length), client.voidPromise());
      traffic.sent(length);
      flushLater(client);
    }
  }

  @Override
  public void peeked(byte type, byte first) {
    if (!(connection.state() instanceof ServerState.Active(var guest))) {
      return;
    }
    if (!outstanding.readySeen()) {
      connection.fail("unexpected ReadyForQuery from server");
      return;
    }
    traffic.query(first == BackendMessage.IDLE);
    guest.ready(first);
  }

  @Override
  public void held(byte type, ByteBuf body) {
    if (connection.state() instanceof ServerState.LoggingIn login) {
      login.login().message(type, body);
      return;
    }
    switch (type) {
      case BackendMessage.PARAMETER_STATUS -> parameterStatus(body);
      case BackendMessage.ERROR_RESPONSE -> {
        ServerError error = ServerError.read(body);
        if (applyingParameters && !error.isFatal()) {
          connection.fail("invalid server parameter: " + error.message());
        } else {
          connection.fail(error.sqlState(), error.message());
        }
      }
      default -> readyForPooler(body);
    }
  }

  private void parameterStatus(ByteBuf body) {
    String name = FrontendMessage.readString(body);
    String value = FrontendMessage.readString(body);
    parameters.set(name, value);
    if (connection.state() instanceof ServerState.Active(var guest)) {
      guest.parameters().set(name, value);
      if (!applyingParameters) {
        Channel client = guest.channel();
        ByteBuf out = client.alloc().buffer();
        BackendMessage.writeParameterStatus(out, name, value);
        var _ = client.write(out, client.voidPromise());
        flushLater(client);
      }
    }
  }

  private void readyForPooler(ByteBuf body) {
    boolean idle = body.isReadable() && body.readByte() == BackendMessage.IDLE;
    if (applyingParameters && idle) {
      applyingParameters = false;
      if (connection.state() instanceof ServerState.Active(var guest)) {
        // As the server spells them ("ISO" is "ISO, MDY"): else they would be set again each time.
        guest.parameters().takeOver(parameters);
      }
    } else if (connection.state() instanceof ServerState.Resetting && idle) {
      connection.backToPool();
    } else {
      connection.fail("unexpected ReadyForQuery from server");
    }
  }
}
