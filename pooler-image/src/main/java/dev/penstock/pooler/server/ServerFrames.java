package dev.penstock.pooler.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

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

  /** Of "cached plan must not change result type", among others. */
  private static final String FEATURE_NOT_SUPPORTED = "0A000";

  private static final String DISCARD_ALL = "DISCARD ALL";
  private static final String DEALLOCATE_ALL = "DEALLOCATE ALL";
  private static final int LARGEST = Integer.MAX_VALUE - 4;

  private final ServerConnection connection;
  private final Traffic traffic;
  private final FrameScanner scanner = new FrameScanner(LARGEST_HELD, LARGEST);
  private final OutstandingReplies outstanding = new OutstandingReplies();
  private final TrackedParameters parameters = new TrackedParameters();
  private @Nullable Channel toFlush;
  private boolean applyingParameters;
  private boolean lastWasError;
  private byte transactionStatus = BackendMessage.IDLE;

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
    transactionStatus = BackendMessage.IDLE;
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
      case ServerState.Active _ when !applyingParameters -> beginForClient(type, bodyLength);
      case ServerState.LoggingIn _, ServerState.Asked _ -> FrameScanner.Handling.HOLD;
      case ServerState.Closing _ -> FrameScanner.Handling.DISCARD;
      default -> beginForPooler(type, bodyLength);
    };
  }

  private FrameScanner.Handling beginForClient(byte type, int bodyLength) {
    lastWasError = type == BackendMessage.ERROR_RESPONSE;
    return switch (type) {
      case BackendMessage.READY_FOR_QUERY -> FrameScanner.Handling.PEEK;
      case BackendMessage.PARAMETER_STATUS -> FrameScanner.Handling.HOLD;
      case BackendMessage.ERROR_RESPONSE -> {
        outstanding.errorSeen();
        traffic.error();
        boolean isOfInterest = bodyLength <= LARGEST_HELD && !connection.statements().isEmpty();
        yield isOfInterest ? FrameScanner.Handling.HOLD : FrameScanner.Handling.FORWARD;
      }
      case BackendMessage.COPY_IN_RESPONSE -> {
        outstanding.copyInStarted();
        yield FrameScanner.Handling.FORWARD;
      }
      case BackendMessage.COMMAND_COMPLETE -> {
        FrameScanner.Handling handling = beginReply(type);
        yield mayDeallocate(bodyLength) ? FrameScanner.Handling.HOLD : handling;
      }
      case BackendMessage.PARSE_COMPLETE,
          BackendMessage.BIND_COMPLETE,
          BackendMessage.CLOSE_COMPLETE,
          BackendMessage.ROW_DESCRIPTION,
          BackendMessage.NO_DATA,
          BackendMessage.EMPTY_QUERY_RESPONSE,
          BackendMessage.PORTAL_SUSPENDED ->
          beginReply(type);
      case BackendMessage.AUTHENTICATION, BackendMessage.BACKEND_KEY_DATA ->
          throw new MalformedMessageException("message of a login after it");
      default -> FrameScanner.Handling.FORWARD;
    };
  }

  /** What answers the pooler is held, so that {@link #held} follows what was passed on before. */
  private FrameScanner.Handling beginReply(byte type) {
    if (!outstanding.replied(type)) {
      return FrameScanner.Handling.HOLD;
    }
    return outstanding.isPoolersTurn() ? FrameScanner.Handling.PEEK : FrameScanner.Handling.FORWARD;
  }

  private boolean mayDeallocate(int bodyLength) {
    boolean some =
        !connection.statements().isEmpty()
            || (connection.state() instanceof ServerState.Active(var guest)
                && guest.hasStatements());
    return some
        && (bodyLength == DISCARD_ALL.length() + 1 || bodyLength == DEALLOCATE_ALL.length() + 1);
  }

  private FrameScanner.Handling beginForPooler(byte type, int bodyLength) {
    return switch (type) {
      case BackendMessage.COMMAND_COMPLETE ->
          mayDeallocate(bodyLength) ? FrameScanner.Handling.HOLD : FrameScanner.Handling.DISCARD;
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
    if (type != BackendMessage.READY_FOR_QUERY) {
      answerInTurn();
      return;
    }
    if (!outstanding.readySeen()) {
      connection.fail("unexpected ReadyForQuery from server");
      return;
    }
    traffic.query(first == BackendMessage.IDLE);
    transactionStatus = first;
    answerInTurn();
    guest.ready(first);
  }

  @Override
  public void held(byte type, ByteBuf body) {
    if (connection.state() instanceof ServerState.LoggingIn login) {
      login.login().message(type, body);
      return;
    }
    if (connection.state() instanceof ServerState.Asked(var query)
        && type != BackendMessage.PARAMETER_STATUS) {
      if (query.message(type, body)) {
        connection.backToPool();
        query.answered();
      }
      return;
    }
    switch (type) {
      case BackendMessage.PARAMETER_STATUS -> parameterStatus(body);
      case BackendMessage.COMMAND_COMPLETE -> commandComplete(body);
      case BackendMessage.PARSE_COMPLETE, BackendMessage.CLOSE_COMPLETE -> answerInTurn();
      case BackendMessage.ERROR_RESPONSE -> error(body);
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
        write(client, out);
      }
    }
  }

  private void error(ByteBuf body) {
    if (connection.state() instanceof ServerState.Active(var guest) && !applyingParameters) {
      errorForClient(guest, body);
      return;
    }
    ServerError error = ServerError.read(body);
    if (applyingParameters && !error.isFatal()) {
      connection.fail("invalid server parameter: " + error.message());
    } else {
      connection.fail(error.sqlState(), error.message());
    }
  }

  /**
   * One of a server that has prepared statements. What they are about may have changed: then it
   * refuses them for good, and would refuse another client's that are the same.
   */
  private void errorForClient(Guest guest, ByteBuf body) {
    ByteBuf out = guest.channel().alloc().buffer();
    out.writeByte(BackendMessage.ERROR_RESPONSE).writeInt(4 + body.readableBytes());
    out.writeBytes(body, body.readerIndex(), body.readableBytes());
    write(guest.channel(), out);
    String sqlState = ServerError.read(body).sqlState();
    if (sqlState.equals(FEATURE_NOT_SUPPORTED)) {
      connection.statements().distrust();
    }
  }

  /** One whose length is that of a tag which tells that prepared statements are gone. */
  private void commandComplete(ByteBuf body) {
    String tag = body.toString(body.readerIndex(), body.readableBytes() - 1, US_ASCII);
    boolean gone = tag.equals(DISCARD_ALL) || tag.equals(DEALLOCATE_ALL);
    if (gone) {
      connection.statements().clear();
    }
    if (connection.state() instanceof ServerState.Active(var guest) && !applyingParameters) {
      if (gone) {
        guest.statementsDeallocated();
      }
      ByteBuf out = guest.channel().alloc().buffer();
      out.writeByte(BackendMessage.COMMAND_COMPLETE).writeInt(4 + body.readableBytes());
      out.writeBytes(body);
      write(guest.channel(), out);
      answerInTurn();
    }
  }

  /** Whether nothing is owed, and the transaction, if there is one, has not failed. */
  boolean acceptsStatement() {
    return outstanding.isEmpty() && transactionStatus != BackendMessage.FAILED;
  }

  void answerInTurn() {
    if (!outstanding.isPoolersTurn()
        || !(connection.state() instanceof ServerState.Active(var guest))) {
      return;
    }
    ByteBuf out = guest.channel().alloc().buffer();
    while (outstanding.isPoolersTurn()) {
      BackendMessage.writeEmpty(out, outstanding.poolersReply());
    }
    write(guest.channel(), out);
  }

  private void write(Channel client, ByteBuf out) {
    var _ = client.write(out, client.voidPromise());
    flushLater(client);
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
