package dev.penstock.pooler.server;

import dev.penstock.pooler.config.PoolerConfig;
import dev.penstock.pooler.config.Setting;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Backend;
import dev.penstock.pooler.pool.LoginFailure;
import dev.penstock.pooler.pool.Slot;
import dev.penstock.pooler.pool.Welcome;
import dev.penstock.pooler.prepared.ServerStatements;
import dev.penstock.pooler.wire.MalformedMessageException;
import dev.penstock.pooler.wire.OutstandingReplies;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a database server: the only handler of its channel. It is lent to one client
 * after the other.
 *
 * <p>It never closes its socket itself once it has logged in: it sends Terminate and waits for the
 * server's end of stream, because the server counts the connection until then. Owned by the event
 * loop.
 */
public final class ServerConnection extends ChannelInboundHandlerAdapter implements Backend {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);
  private static final String EMPTY_QUERY = "<empty>";
  private static final String UNREACHABLE = "08001";
  private static final String FAILURE = "08006";

  private final Slot slot;
  private final Target target;
  private final Supplier<PoolerConfig> config;
  private final ServerFrames frames;
  private final OwnMessages own;
  private final ServerStatements statements = new ServerStatements();
  private ServerState state = ServerState.CONNECTING;
  private @Nullable Channel channel;
  private boolean used;
  private boolean counted;
  private boolean endedUnseen;
  private int cancelsUnderWay;
  private CancelKey cancelKey = CancelKey.NONE;

  ServerConnection(Slot slot, Target target, Supplier<PoolerConfig> config) {
    this.slot = slot;
    this.target = target;
    this.config = config;
    this.frames = new ServerFrames(this, slot.pool().traffic());
    this.own =
        new OwnMessages(
            setting(Settings.SERVER_CONNECT_TIMEOUT),
            () -> fail("no answer to the pooler's own statement in time"));
  }

  private <T> T setting(Setting<T> wanted) {
    return config.get().settings().get(wanted);
  }

  /** Where it leads, which may be elsewhere than its pool does by now. */
  Target target() {
    return target;
  }

  /** What a cancel request for its session must name. */
  CancelKey cancelKey() {
    return cancelKey;
  }

  /** The slot that counts it. */
  public Slot slot() {
    return slot;
  }

  /** Whether no message of the server is half passed on. */
  public boolean isBetweenMessages() {
    return frames.atBoundary();
  }

  /** Whether the server is in the middle of sending rows, or would be if they were taken. */
  public boolean isSending() {
    return !frames.atBoundary() || !channel().config().isAutoRead();
  }

  /** What the server still owes for what was sent to it. */
  public OutstandingReplies outstanding() {
    return frames.outstanding();
  }

  /** The prepared statements that it knows. */
  public ServerStatements statements() {
    return statements;
  }

  /** Whether a statement sent now is executed before anything else, and not in vain. */
  public boolean acceptsStatement() {
    return frames.acceptsStatement();
  }

  /** Gives the client those replies that are the pooler's to give and whose turn has come. */
  public void answerInTurn() {
    frames.answerInTurn();
  }

  /** Sends what {@link #answerInTurn} has written. */
  public void flushAnswers() {
    frames.flush();
  }

  /** Its channel; only once it has been lent. */
  public Channel channel() {
    return Objects.requireNonNull(channel, "not connected");
  }

  ServerState state() {
    return state;
  }

  /** Where it stands, in PgBouncer's words, and {@code closing} for one that still counts. */
  public String stateName() {
    return switch (state) {
      case ServerState.Connecting _, ServerState.LoggingIn _ -> "new";
      case ServerState.Idle _ -> "idle";
      case ServerState.Active _, ServerState.Asked _ -> "active";
      case ServerState.Resetting _ -> "tested";
      case ServerState.Returning _ -> "being_canceled";
      case ServerState.Closing _ -> "closing";
    };
  }

  /** How it stands, for people. */
  public ServerView view() {
    return new ServerView(SocketView.of(channel), cancelKey.processId(), statements.size());
  }

  boolean isConnecting() {
    return state instanceof ServerState.Connecting;
  }

  void connected(Channel opened, LoginConversation login) {
    channel = opened;
    opened.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    state = new ServerState.LoggingIn(login);
  }

  /** The socket could not be opened. */
  void unreachable(String message) {
    if (state instanceof ServerState.Connecting) {
      // First the failure: the place that becomes free must not be used to try again at once.
      slot.loginFailed(new LoginFailure(UNREACHABLE, message, LoginFailure.Kind.DOWN));
      terminate("connect failed");
    }
  }

  /** It took too long to connect and log in. */
  void timedOut(String message) {
    switch (state) {
      case ServerState.Connecting _ -> unreachable(message);
      case ServerState.LoggingIn login ->
          loginFailed(
              new LoginFailure(
                  UNREACHABLE, login.login().describe(message), LoginFailure.Kind.DOWN));
      default -> {
        // Logged in just in time.
      }
    }
  }

  /** Lends it; what the client's session wants set is sent ahead, and its replies kept back. */
  public void lend(Guest guest) {
    state = new ServerState.Active(guest);
    used = true;
    String changes = guest.parameters().changes(frames.parameters());
    frames.lent(changes != null);
    if (changes != null) {
      OwnMessages.write(channel(), changes);
    }
  }

  /**
   * Takes it back, clean: the last ReadyForQuery said idle and nothing is owed.
   *
   * @param sessionEnds whether it was the client's for its whole session, which is over
   */
  public void giveBack(boolean sessionEnds) {
    String reset = setting(Settings.SERVER_RESET_QUERY);
    boolean resets = sessionEnds || setting(Settings.SERVER_RESET_QUERY_ALWAYS);
    channel().config().setAutoRead(true);
    if (resets && !reset.isEmpty() && used) {
      state = ServerState.RESETTING;
      own.run(channel(), reset);
    } else {
      backToPool();
    }
  }

  /**
   * Asks a question of the pooler's own; the connection goes back to its pool before the answer is
   * told. Only of a connection that the pool has just lent.
   */
  public void ask(OwnQuery query) {
    state = new ServerState.Asked(query);
    ByteBuf out = channel().alloc().buffer();
    query.write(out, frames.parameters().value("client_encoding"));
    own.send(channel(), out);
  }

  /** It is clean, and no one's. */
  void backToPool() {
    own.answered();
    if (cancelsUnderWay > 0) {
      state = ServerState.RETURNING;
      return;
    }
    state = ServerState.IDLE;
    used = false;
    slot.released();
  }

  /** A cancel request for what runs here is about to be sent; no other client may be hit by it. */
  void cancelBegins() {
    cancelsUnderWay++;
  }

  /** That cancel request has had its effect, or failed. */
  void cancelEnded() {
    cancelsUnderWay--;
    if (cancelsUnderWay == 0 && state instanceof ServerState.Returning) {
      backToPool();
    }
  }

  @Override
  public void check() {
    String query = setting(Settings.SERVER_CHECK_QUERY);
    state = ServerState.RESETTING;
    own.run(channel(), query.equals(EMPTY_QUERY) ? "" : query);
  }

  @Override
  public void terminate(String reason) {
    ServerState before = state;
    if (before instanceof ServerState.Closing) {
      return;
    }
    if (setting(Settings.LOG_DISCONNECTIONS)) {
      LOG.info("{}: closing because: {}", this, reason);
    }
    state = ServerState.CLOSING;
    own.answered();
    statements.clear();
    slot.closing();
    Channel open = channel;
    if (open == null) {
      // Nothing was sent, so the server knows of no session; the connector drops the socket.
      slot.gone();
      return;
    }
    open.config().setAutoRead(true);
    if (before instanceof ServerState.LoggingIn login) {
      login.login().abandon();
      // The server takes Terminate only of a session; an end of stream it notices at any time.
      OwnMessages.endOutput(open);
      return;
    }
    OwnMessages.terminate(open);
  }

  /** From now on the server may count it: before the start-up message it has no session. */
  void sessionBegins() {
    counted = true;
  }

  void loggedIn(Welcome welcome, CancelKey key) {
    cancelKey = key;
    welcome.parameters().forEach(frames.parameters()::set);
    state = ServerState.IDLE;
    if (setting(Settings.LOG_CONNECTIONS)) {
      LOG.info("{}: new connection to server", this);
    }
    slot.loggedIn(welcome);
  }

  void loginFailed(LoginFailure failure) {
    if (state instanceof ServerState.Closing) {
      return;
    }
    slot.loginFailed(failure);
    terminate("login failed");
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      switch (state) {
        case ServerState.Closing _ -> {
          // Only the end of the stream is of interest now.
        }
        case ServerState.LoggingIn login when login.login().awaitsTlsAnswer() ->
            login.login().tlsAnswer(in);
        default -> frames.scan(in);
      }
    } catch (MalformedMessageException e) {
      fail("broken message from server: " + e.getMessage());
    } finally {
      ReferenceCountUtil.release(in);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    frames.flush();
    // Not who was written to: within one read the connection may have gone on to the next client.
    if (state instanceof ServerState.Active(var guest) && !guest.channel().isWritable()) {
      context.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (state instanceof ServerState.Active(var guest) && context.channel().isWritable()) {
      guest.channel().config().setAutoRead(true);
    }
  }

  /** Ends a connection that is broken or dirty, and tells the client it is lent to. */
  public void fail(String reason) {
    fail(FAILURE, reason);
  }

  /** The same, with what the client is told. */
  void fail(String sqlState, String reason) {
    ServerState before = state;
    boolean betweenMessages = frames.atBoundary() || before instanceof ServerState.Closing;
    frames.end();
    switch (before) {
      case ServerState.Active(var guest) -> {
        terminate(reason);
        guest.serverLost(sqlState, reason, betweenMessages);
      }
      case ServerState.Asked(var query) -> {
        terminate(reason);
        query.lost(sqlState, reason);
      }
      case ServerState.LoggingIn _ ->
          loginFailed(new LoginFailure("08P01", reason, LoginFailure.Kind.REFUSED));
      default -> terminate(reason);
    }
  }

  /** Ends a connection whose client left it in the middle of something. */
  public void abandon(String reason) {
    terminate(reason);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ServerState before = state;
    boolean betweenMessages = frames.atBoundary();
    frames.end();
    switch (before) {
      case ServerState.LoggingIn login ->
          loginFailed(
              new LoginFailure(
                  UNREACHABLE,
                  login.login().describe("server closed the connection"),
                  LoginFailure.Kind.DOWN));
      case ServerState.Closing _ -> {
        // As it was told to.
      }
      default -> LOG.info("{}: server closed the connection", this);
    }
    state = ServerState.CLOSING;
    own.answered();
    statements.clear();
    if (endedUnseen && counted) {
      LOG.warn(
          "{}: the server may not know that the connection has ended, it goes on counting", this);
      slot.lost();
    } else {
      slot.gone();
    }
    if (before instanceof ServerState.Asked(var query)) {
      query.lost(FAILURE, "server conn crashed?");
    }
    if (before instanceof ServerState.Active(var guest)) {
      if (betweenMessages && frames.endsWithError()) {
        guest.serverEnded();
      } else {
        guest.serverLost(FAILURE, "server conn crashed?", betweenMessages);
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      StreamEnd.close(context);
    } else if (state instanceof ServerState.LoggingIn login) {
      login.login().event(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    StreamEnd end = StreamEnd.of(cause, context.channel().isActive());
    if (end == StreamEnd.FOLLOWS) {
      LOG.debug("{}: after its end", this, cause);
      return;
    }
    if (state instanceof ServerState.LoggingIn login) {
      loginFailed(login.login().failure(cause));
    }
    if (end == StreamEnd.NONE) {
      LOG.error("{}: internal error", this, cause);
      fail("internal error");
      return;
    }
    LOG.info("{}: socket error: {}", this, cause.toString());
    endedUnseen |= end == StreamEnd.UNPROVEN;
    // The stream cannot be used any more in either direction: there is no end of it to await.
    var _ = context.close();
  }

  @Override
  public String toString() {
    Channel open = channel;
    return "S-%s %s".formatted(open == null ? "new" : open.id().asShortText(), slot.pool().key());
  }
}
