package dev.penstock.pooler.client;

import dev.penstock.pooler.server.ServerConnection;
import dev.penstock.pooler.wire.FrameScanner;
import dev.penstock.pooler.wire.FrontendMessage;
import dev.penstock.pooler.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * What a client says once it has logged in: its frames go to the server connection it has been
 * lent, as slices of the buffers they came in; what comes while it has none is kept, up to a limit.
 * Owned by the event loop.
 */
final class ClientFrames implements FrameScanner.Sink {
  /** The longest Parse of a named statement; it must be kept as long as the statement is. */
  private static final int LONGEST_STATEMENT = 16 * 1024 * 1024;

  private final ClientConnection client;
  private final FrameScanner scanner;
  private final Backlog backlog = new Backlog();
  private boolean unflushed;
  private boolean scanning;

  /**
   * @param largest body of a message in bytes
   */
  ClientFrames(ClientConnection client, int largest) {
    this.client = client;
    this.scanner = new FrameScanner(LONGEST_STATEMENT, largest);
  }

  /** Whether no message is half passed on. */
  boolean atBoundary() {
    return scanner.atBoundary();
  }

  /** Takes over a buffer that came before the login was complete. */
  void keep(ByteBuf in) {
    backlog.add(in);
  }

  /** Takes over a buffer that came. */
  void read(ByteBuf in) {
    boolean listens =
        client.state() instanceof ClientState.Active || client.state() instanceof ClientState.Idle;
    if (listens && backlog.isEmpty()) {
      scan(in);
      return;
    }
    backlog.add(in);
    if (backlog.isFull()) {
      client.channel().config().setAutoRead(false);
    }
  }

  /** Goes on with what was kept, now that the client may be listened to. */
  void resume() {
    if (scanning || backlog.isEmpty()) {
      return;
    }
    while (!backlog.isEmpty()
        && (client.state() instanceof ClientState.Active
            || client.state() instanceof ClientState.Idle)) {
      scan(backlog.remove());
    }
    unflushed = true;
    flush();
    if (client.state() instanceof ClientState.Idle) {
      // Nothing of what was kept was for a server.
      client.channel().config().setAutoRead(true);
    }
  }

  /** Sends on what was written to the server, and reads on as fast as it takes that. */
  void flush() {
    if (unflushed && client.state() instanceof ClientState.Active(var server)) {
      server.channel().flush();
      server.flushAnswers();
      client.channel().config().setAutoRead(server.channel().isWritable());
    }
    unflushed = false;
  }

  /** Drops what was kept, and all that comes. */
  void end() {
    scanner.halt();
    backlog.clear();
  }

  /** Scans a buffer that this method now owns; what must wait goes to the backlog. */
  private void scan(ByteBuf in) {
    boolean consumed = true;
    scanning = true;
    try {
      consumed = scanner.scan(in, this);
    } catch (MalformedMessageException e) {
      client.refuse("08P01", String.valueOf(e.getMessage()));
    } finally {
      scanning = false;
      if (consumed) {
        in.release();
      } else {
        backlog.putBack(in);
      }
    }
    client.releaseAtBoundary();
  }

  @Override
  public FrameScanner.Handling begin(byte type, int bodyLength) {
    return switch (client.state()) {
      case ClientState.Active(var server) -> beginActive(type, server);
      case ClientState.Idle _ -> beginIdle(type);
      case ClientState.Waiting _ -> FrameScanner.Handling.STOP;
      default -> FrameScanner.Handling.DISCARD;
    };
  }

  private FrameScanner.Handling beginIdle(byte type) {
    return switch (type) {
      case FrontendMessage.TERMINATE -> FrameScanner.Handling.HOLD;
      // The rest of a COPY that has failed; a server would ignore it too.
      case FrontendMessage.COPY_DATA,
          FrontendMessage.COPY_DONE,
          FrontendMessage.COPY_FAIL,
          FrontendMessage.FLUSH ->
          FrameScanner.Handling.DISCARD;
      default -> {
        requireKnown(type);
        client.needServer();
        yield begin(type, 0);
      }
    };
  }

  private FrameScanner.Handling beginActive(byte type, ServerConnection server) {
    if (type == FrontendMessage.TERMINATE) {
      return FrameScanner.Handling.HOLD;
    }
    requireKnown(type);
    if (server.outstanding().isEmpty()) {
      client.queryBegins();
    }
    if (client.statements().concerns(type)) {
      return FrameScanner.Handling.REWRITE;
    }
    server.outstanding().sent(type);
    return FrameScanner.Handling.FORWARD;
  }

  private static void requireKnown(byte type) {
    switch (type) {
      case FrontendMessage.QUERY,
          FrontendMessage.PARSE,
          FrontendMessage.BIND,
          FrontendMessage.EXECUTE,
          FrontendMessage.DESCRIBE,
          FrontendMessage.CLOSE,
          FrontendMessage.SYNC,
          FrontendMessage.FLUSH,
          FrontendMessage.COPY_DATA,
          FrontendMessage.COPY_DONE,
          FrontendMessage.COPY_FAIL,
          FrontendMessage.FUNCTION_CALL -> {
        // What a session is made of.
      }
      default -> throw new MalformedMessageException("unknown message type 0x%02x".formatted(type));
    }
  }

  @Override
  public void forward(ByteBuf source, int index, int length) {
    if (client.state() instanceof ClientState.Active(var server)) {
      Channel out = server.channel();
      var _ = out.write(source.retainedSlice(index, length), out.voidPromise());
      unflushed = true;
    }
  }

  @Override
  public int head(byte type, int bodyLength, ByteBuf source, int index, int available) {
    return client.statements().head(server(), type, bodyLength, source, index, available);
  }

  @Override
  public void rewrite(byte type, int bodyLength, ByteBuf source, int index, int length) {
    client.statements().rewrite(server(), type, bodyLength, source, index, length);
    unflushed = true;
  }

  private ServerConnection server() {
    if (client.state() instanceof ClientState.Active(var server)) {
      return server;
    }
    throw new IllegalStateException("a message was begun for a server that is gone");
  }

  @Override
  public void peeked(byte type, byte first) {
    throw new IllegalStateException("no message of a client is peeked at");
  }

  @Override
  public void held(byte type, ByteBuf body) {
    client.leaveAtOnce("client close request");
  }
}
