package dev.penstock.pooler.client;

import dev.penstock.pooler.config.Database;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.pool.Pool;
import dev.penstock.pooler.pool.Refusal;
import dev.penstock.pooler.pool.Slot;
import dev.penstock.pooler.pool.Traffic;
import dev.penstock.pooler.pool.Waiter;
import dev.penstock.pooler.pool.Welcome;
import dev.penstock.pooler.server.Guest;
import dev.penstock.pooler.server.ServerConnection;
import dev.penstock.pooler.server.TrackedParameters;
import dev.penstock.pooler.wire.BackendKey;
import dev.penstock.pooler.wire.BackendMessage;
import dev.penstock.pooler.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from a client: the only handler of its channel, and what becomes of it. Owned by
 * the event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter
    implements Waiter, Guest, ConsoleClient {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  private final Channel channel;
  private final Service service;
  private final Clients clients;
  private final ClientFrames frames;
  private final ClientTimes times;
  private final Membership membership;
  private final long id;
  private TrackedParameters parameters = new TrackedParameters();
  private StatementNames statements;
  private ClientState state;
  private BackendKey key = BackendKey.NONE;
  private boolean inTransaction;
  private boolean loggedIn;
  private boolean freeAtBoundary;
  private @Nullable Refusal dismissal;

  ClientConnection(Channel channel, Service service, Clients clients) {
    this.channel = channel;
    this.service = service;
    this.clients = clients;
    this.frames = new ClientFrames(this, service.config().settings().get(Settings.MAX_PACKET_SIZE));
    this.statements = new StatementNames(service.statements(), 0);
    this.times = new ClientTimes(service.pools().now());
    this.membership = new Membership(service);
    this.id = service.pools().nextId();
    this.state = new ClientState.Starting(new ClientStartup(this, service));
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public TrackedParameters parameters() {
    return parameters;
  }

  @Override
  public boolean hasStatements() {
    return !statements.isEmpty();
  }

  @Override
  public void statementsDeallocated() {
    statements.clear();
  }

  StatementNames statements() {
    return statements;
  }

  @Override
  public long waitingSince() {
    return times.waitingSince();
  }

  ClientState state() {
    return state;
  }

  /** Whether it waits for a server connection, or to be greeted. */
  boolean waits() {
    return state instanceof ClientState.Waiting || state instanceof ClientState.Greeting;
  }

  ClientTimes times() {
    return times;
  }

  /** What a cancel request for its session must name. */
  BackendKey key() {
    return key;
  }

  long id() {
    return id;
  }

  boolean inTransaction() {
    return inTransaction;
  }

  /** Which pool it is of. */
  Membership membership() {
    return membership;
  }

  void note(String what) {
    LOG.info("{}: {}", this, what);
  }

  void cancelRequested(BackendKey named) {
    state = ClientState.CLOSING;
    clients.cancel(
        named,
        () -> {
          var _ = channel.close();
        });
  }

  /** Whether it has ever proved who it is. */
  boolean hasLoggedIn() {
    return loggedIn;
  }

  /** Whether there are as many clients as there may be; this one is then told so. */
  boolean isOneTooMany() {
    // When there are too many, someone must be able to see that.
    if (membership.isForConsole()
        || clients.loggedIn() < service.config().settings().get(Settings.MAX_CLIENT_CONN)) {
      return false;
    }
    refuse("53300", "no more connections allowed (max_client_conn)");
    return true;
  }

  /** Whether it has not logged in, and only waits for what the client does next. */
  boolean awaitsClient() {
    return state instanceof ClientState.Closing
        || (state instanceof ClientState.Starting(var startup) && startup.awaitsClient());
  }

  /** The client is who it says it is. */
  void accepted(SessionRequest request, ByteBuf beyondLogin) {
    if (membership.isForConsole()) {
      openConsole(request, beyondLogin);
      return;
    }
    Database wanted = service.config().database(request.database());
    if (wanted == null) {
      refuse("3D000", "no such database: " + request.database());
      return;
    }
    if (service.pools().holds().isDisabled(request.database())) {
      refuse("55000", "database \"%s\" is disabled".formatted(request.database()));
      return;
    }
    // Again: others may have taken the last place while this one logged in.
    if (isOneTooMany()) {
      return;
    }
    loggedIn();
    parameters = request.parameters();
    if (beyondLogin.isReadable()) {
      frames.keep(beyondLogin.retainedSlice());
    }
    Pool joined = membership.join(wanted);
    if (!membership.isPerSession()) {
      int most = service.config().settings().get(Settings.MAX_PREPARED_STATEMENTS);
      statements = new StatementNames(service.statements(), most);
    }
    if (service.config().settings().get(Settings.LOG_CONNECTIONS)) {
      note("login attempt: db=%s user=%s".formatted(request.database(), request.user()));
    }
    state = ClientState.GREETING;
    times.waits(service.pools().now());
    joined.greet(this);
  }

  /** Changes to the pool that the configuration has it in now, with what it waits for. */
  void rejoin() {
    if (state instanceof ClientState.Closing || !membership.rejoin(this)) {
      return;
    }
    switch (state) {
      case ClientState.Greeting _ -> membership.joined().greet(this);
      case ClientState.Waiting _ -> membership.joined().acquire(this);
      default -> {
        // The next transaction will be in the other pool.
      }
    }
  }

  private void loggedIn() {
    loggedIn = true;
    clients.loggedIn(this);
  }

  private void openConsole(SessionRequest request, ByteBuf beyondLogin) {
    Console console = clients.console();
    ConsoleSession session = console == null ? null : console.open(request.user(), this);
    if (session == null) {
      refuse("42501", "not allowed");
      return;
    }
    String application = request.parameters().value("application_name");
    if (application != null) {
      parameters.set("application_name", application);
    }
    loggedIn();
    state = new ClientState.InConsole(session);
    sayWelcome(session.welcome());
    if (beyondLogin.isReadable()) {
      guarded(() -> session.read(beyondLogin));
    }
  }

  @Override
  public void welcome(Welcome welcome) {
    state = ClientState.IDLE;
    times.idles(service.pools().now());
    sayWelcome(welcome);
    frames.resume();
  }

  private void sayWelcome(Welcome welcome) {
    TrackedParameters servers = new TrackedParameters();
    welcome.parameters().forEach(servers::set);
    parameters.fillFrom(servers);
    key = clients.register(this);
    ByteBuf out = channel.alloc().buffer();
    BackendMessage.writeAuthenticationOk(out);
    welcome
        .parameters()
        .forEach(
            (parameter, value) -> {
              if (!TrackedParameters.isTracked(parameter)) {
                BackendMessage.writeParameterStatus(out, parameter, value);
              }
            });
    parameters.forEach(
        (parameter, value) -> BackendMessage.writeParameterStatus(out, parameter, value));
    BackendMessage.writeBackendKeyData(out, key);
    BackendMessage.writeReadyForQuery(out);
    var _ = channel.writeAndFlush(out, channel.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    Pool joined = membership.pool();
    if (joined != null) {
      joined.traffic().received(in.readableBytes());
    }
    switch (state) {
      case ClientState.Starting(var startup) -> {
        try {
          guarded(() -> startup.read(in));
        } finally {
          in.release();
        }
      }
      case ClientState.InConsole(var session) -> {
        try {
          guarded(() -> session.read(in));
        } finally {
          in.release();
        }
      }
      case ClientState.Closing _ -> in.release();
      default -> frames.read(in);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    frames.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!channel.isWritable()) {
      return;
    }
    switch (state) {
      case ClientState.Active(var server) -> server.channel().config().setAutoRead(true);
      case ClientState.InConsole(var session) -> session.writable();
      default -> {
        // Nothing was held back.
      }
    }
  }

  /** A message came that only a server can answer. */
  void needServer() {
    state = ClientState.WAITING;
    times.waits(service.pools().now());
    membership.joined().acquire(this);
  }

  void queryBegins() {
    times.queries(service.pools().now(), inTransaction);
  }

  @Override
  public void leaveAtOnce(String reason) {
    leave(reason);
    var _ = channel.close();
  }

  @Override
  public void serve(Slot slot) {
    if (!(slot.backend() instanceof ServerConnection server)) {
      throw new IllegalStateException("a slot with a connection of another kind");
    }
    state = new ClientState.Active(server);
    server.lend(this);
    frames.resume();
  }

  @Override
  public void ready(byte transactionStatus) {
    inTransaction = transactionStatus != BackendMessage.IDLE;
    long now = service.pools().now();
    count(now);
    times.idles(now);
    if (!(state instanceof ClientState.Active(var server))) {
      return;
    }
    if (!server.outstanding().isEmpty()) {
      // The next of a pipeline begins where this one has ended.
      times.queries(now, inTransaction);
    } else if (!inTransaction) {
      freeAtBoundary = true;
      releaseAtBoundary();
    }
  }

  private void count(long now) {
    Traffic traffic = membership.joined().traffic();
    traffic.queryTook(now - times.queryBegan());
    if (!inTransaction) {
      traffic.transactionTook(now - times.transactionBegan());
    }
  }

  /** Gives the server connection back, unless a message of the client is half passed on. */
  void releaseAtBoundary() {
    if (!freeAtBoundary || !(state instanceof ClientState.Active(var server))) {
      freeAtBoundary = false;
      return;
    }
    if (!server.outstanding().isEmpty()) {
      freeAtBoundary = false;
    } else if (frames.atBoundary()) {
      freeAtBoundary = false;
      Refusal why = dismissal;
      if (why != null || !membership.isPerSession()) {
        frames.flush();
        state = ClientState.IDLE;
        channel.config().setAutoRead(true);
        server.giveBack(why != null && membership.isPerSession());
        if (why != null) {
          refuse(why);
        }
      }
    }
  }

  /** Sends it away: at once if it is in the middle of nothing, else after its transaction. */
  void dismiss(Refusal why) {
    dismissal = why;
    switch (state) {
      case ClientState.Closing _ -> {
        // Is on its way out.
      }
      case ClientState.Active(var server) -> {
        if (!inTransaction && server.outstanding().isEmpty()) {
          freeAtBoundary = true;
          releaseAtBoundary();
        }
      }
      default -> refuse(why);
    }
  }

  @Override
  public void refuse(Refusal refusal) {
    refuse(refusal.sqlState(), refusal.message());
  }

  @Override
  public void serverEnded() {
    state = ClientState.IDLE;
    leave("the server ended the session");
    new Farewell(channel).afterAllThatWasSaid();
  }

  @Override
  public void serverLost(String sqlState, String reason, boolean betweenMessages) {
    state = ClientState.IDLE;
    if (betweenMessages) {
      refuse(sqlState, reason);
    } else {
      leaveAtOnce(reason);
    }
  }

  @Override
  public void refuse(String sqlState, String message) {
    if (state instanceof ClientState.Closing) {
      return;
    }
    if (service.config().settings().get(Settings.LOG_POOLER_ERRORS)) {
      LOG.warn("{}: pooler error: {} ({})", this, message, sqlState);
    }
    Pool joined = membership.pool();
    if (joined != null) {
      joined.traffic().error();
    }
    boolean tellable =
        !(state instanceof ClientState.Active(var server)) || server.isBetweenMessages();
    leave(message);
    if (!tellable) {
      // Within a message the client would take the error for a part of it.
      var _ = channel.close();
      return;
    }
    new Farewell(channel).say(sqlState, message);
  }

  /** Parts with everything the client has or waits for. */
  private void leave(String reason) {
    ClientState before = state;
    if (before instanceof ClientState.Closing) {
      return;
    }
    state = ClientState.CLOSING;
    boolean clean = !inTransaction && frames.atBoundary();
    frames.end();
    statements.clear();
    if (service.config().settings().get(Settings.LOG_DISCONNECTIONS)) {
      note("closing because: " + reason);
    }
    if (before instanceof ClientState.Starting(var startup)) {
      startup.end();
    }
    if (before instanceof ClientState.InConsole(var session)) {
      session.left();
    }
    membership.leave(this);
    if (before instanceof ClientState.Active(var server)) {
      if (clean && server.outstanding().isEmpty()) {
        server.giveBack(membership.isPerSession());
      } else {
        boolean sending = server.isSending();
        server.abandon("client disconnect while server was not ready");
        if (sending) {
          // A server whose client is gone would fail at its next row; this one would send them all.
          service.cancels().cancel(server, () -> true, () -> {});
        }
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    leave("client unexpected eof");
    clients.gone(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException || cause instanceof DecoderException) {
      LOG.debug("{}: socket error", this, cause);
    } else {
      LOG.error("{}: internal error", this, cause);
    }
    leave(Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
    var _ = context.close();
  }

  @Override
  public void guarded(Runnable reading) {
    try {
      reading.run();
    } catch (MalformedMessageException e) {
      refuse("08P01", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String toString() {
    return "C-%s %s@%s".formatted(channel.id().asShortText(), membership, channel.remoteAddress());
  }
}
