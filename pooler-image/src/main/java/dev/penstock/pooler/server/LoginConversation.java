package dev.penstock.pooler.server;

import dev.penstock.pooler.auth.ServerLogin;
import dev.penstock.pooler.auth.ServerStep;
import dev.penstock.pooler.auth.TlsSession;
import dev.penstock.pooler.config.TlsMode;
import dev.penstock.pooler.pool.LoginFailure;
import dev.penstock.pooler.pool.LoginFailure.Kind;
import dev.penstock.pooler.pool.Welcome;
import dev.penstock.pooler.wire.BackendMessage;
import dev.penstock.pooler.wire.FrontendMessage;
import dev.penstock.pooler.wire.MalformedMessageException;
import dev.penstock.pooler.wire.ServerError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The pooler's own login to a server, from the first byte to the first ReadyForQuery: TLS if the
 * mode asks for it, then the start-up message, then the exchange of passwords. Owned by the event
 * loop.
 */
final class LoginConversation {
  private static final String UNREACHABLE = "08001";
  private static final String VIOLATION = "08P01";

  /** too_many_connections. */
  private static final String TOO_MANY = "53300";

  /** PostgreSQL reports fifteen: one that goes on and on would fill the memory. */
  private static final int MOST_PARAMETERS = 100;

  /** Shutting down, crashed, starting up. */
  private static final Set<String> DOWN = Set.of("57P01", "57P02", "57P03");

  /** Too many connections, out of memory. */
  private static final Set<String> NO_PLACE = Set.of(TOO_MANY, "53200");

  private final ServerConnection connection;
  private final Channel channel;
  private final Target target;
  private final ServerLogin login;
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private CancelKey key = CancelKey.NONE;
  private boolean awaitsTlsAnswer;
  private boolean authenticated;
  private boolean abandoned;
  private @Nullable ScheduledFuture<?> timeout;

  LoginConversation(
      ServerConnection connection, Channel channel, Target target, ServerLogin login) {
    this.connection = connection;
    this.channel = channel;
    this.target = target;
    this.login = login;
  }

  void begin(@Nullable ScheduledFuture<?> timer) {
    timeout = timer;
    if (target.tls().mode() == TlsMode.DISABLE) {
      sendStartup();
    } else {
      awaitsTlsAnswer = true;
      ByteBuf out = channel.alloc().buffer(8);
      FrontendMessage.writeSslRequest(out);
      var _ = channel.writeAndFlush(out, channel.voidPromise());
    }
  }

  boolean awaitsTlsAnswer() {
    return awaitsTlsAnswer;
  }

  /** The one byte that answers an SSLRequest. */
  void tlsAnswer(ByteBuf in) {
    awaitsTlsAnswer = false;
    byte answer = in.readByte();
    if (answer == 'S' && in.isReadable()) {
      // Not encrypted, so anyone on the way may have put it there.
      connection.loginFailed(
          new LoginFailure(
              VIOLATION, "received unencrypted data after SSL response", Kind.REFUSED));
    } else if (answer == 'S') {
      channel
          .pipeline()
          .addFirst(target.tls().handler(channel.alloc(), target.host(), target.port()));
    } else if (answer == 'N' && !target.tls().mode().required()) {
      sendStartup();
    } else if (answer == 'N') {
      connection.loginFailed(
          new LoginFailure(UNREACHABLE, describe("server refused SSL"), Kind.REFUSED));
    } else {
      connection.loginFailed(
          new LoginFailure(VIOLATION, describe("bad answer to SSLRequest"), Kind.REFUSED));
    }
  }

  /** Something happened in the pipeline: the TLS handshake has ended. */
  void event(Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      SslHandler tls = channel.pipeline().get(SslHandler.class);
      if (handshake.isSuccess()) {
        login.over(TlsSession.withServer(tls.engine().getSession()));
        sendStartup();
      } else {
        connection.loginFailed(failure(handshake.cause()));
      }
    }
  }

  private void sendStartup() {
    Map<String, String> startup = new LinkedHashMap<>();
    startup.put("user", target.user());
    startup.put("database", target.database());
    startup.putAll(target.parameters());
    ByteBuf out = channel.alloc().buffer();
    FrontendMessage.writeStartup(out, startup);
    connection.sessionBegins();
    var _ = channel.writeAndFlush(out, channel.voidPromise());
  }

  /** A message of the server. */
  void message(byte type, ByteBuf body) {
    switch (type) {
      case BackendMessage.AUTHENTICATION -> authentication(body);
      case BackendMessage.PARAMETER_STATUS -> {
        parameters.put(FrontendMessage.readString(body), FrontendMessage.readString(body));
        if (parameters.size() > MOST_PARAMETERS) {
          throw new MalformedMessageException(
              "more than %d parameters in a login".formatted(MOST_PARAMETERS));
        }
      }
      case BackendMessage.BACKEND_KEY_DATA -> {
        if (body.readableBytes() < 4) {
          throw new MalformedMessageException("BackendKeyData without a process id");
        }
        key = CancelKey.read(body);
      }
      case BackendMessage.NOTICE_RESPONSE -> {
        // Of no interest to any client.
      }
      case BackendMessage.ERROR_RESPONSE -> {
        ServerError error = ServerError.read(body);
        connection.loginFailed(
            new LoginFailure(error.sqlState(), error.message(), kind(error.sqlState())));
      }
      case BackendMessage.READY_FOR_QUERY -> ready();
      default -> throw new MalformedMessageException("unexpected message 0x%02x".formatted(type));
    }
  }

  private static Kind kind(String sqlState) {
    if (DOWN.contains(sqlState)) {
      return Kind.DOWN;
    }
    return NO_PLACE.contains(sqlState) ? Kind.NO_PLACE : Kind.REFUSED;
  }

  private void ready() {
    if (!authenticated) {
      throw new MalformedMessageException("ReadyForQuery before AuthenticationOk");
    }
    abandon();
    connection.loggedIn(new Welcome(parameters), key);
  }

  private void authentication(ByteBuf body) {
    if (body.readableBytes() < 4) {
      throw new MalformedMessageException("Authentication without a kind");
    }
    int kind = body.readInt();
    // A step may need a key to be derived, and then completes on another thread.
    var _ =
        login
            .receive(kind, ByteBufUtil.getBytes(body))
            .whenComplete(
                (step, failure) -> {
                  if (channel.eventLoop().inEventLoop()) {
                    take(step, failure);
                  } else {
                    channel.eventLoop().execute(() -> take(step, failure));
                  }
                });
  }

  private void take(@Nullable ServerStep step, @Nullable Throwable failure) {
    if (abandoned) {
      return;
    }
    switch (step) {
      case ServerStep.Send(var answer) -> {
        ByteBuf out = channel.alloc().buffer(5 + answer.length);
        FrontendMessage.writePassword(out, answer);
        var _ = channel.writeAndFlush(out, channel.voidPromise());
      }
      case ServerStep.LoggedIn _ -> authenticated = true;
      case ServerStep.Wait _ -> {
        // The server goes on.
      }
      case ServerStep.Failed(var message) ->
          connection.loginFailed(new LoginFailure("08004", message, Kind.REFUSED));
      case ServerStep.Busy(var message) ->
          connection.loginFailed(new LoginFailure(TOO_MANY, describe(message), Kind.NO_PLACE));
      case null ->
          connection.loginFailed(
              new LoginFailure("XX000", describe("login failed: " + failure), Kind.NO_PLACE));
    }
  }

  /** Ends the conversation; what completes later is ignored. */
  void abandon() {
    abandoned = true;
    ScheduledFuture<?> timer = timeout;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  LoginFailure failure(Throwable cause) {
    Throwable root = cause;
    while ((root instanceof DecoderException || root.getMessage() == null)
        && root.getCause() != null) {
      root = root.getCause();
    }
    boolean tls = channel.pipeline().get(SslHandler.class) != null;
    String what = tls ? "TLS with the server failed: " : "connection lost: ";
    // A server that goes down within the handshake has not refused anything.
    boolean lost =
        !channel.isActive() || (root instanceof IOException && !(root instanceof SSLException));
    return new LoginFailure(
        UNREACHABLE, describe(what + root.getMessage()), tls && !lost ? Kind.REFUSED : Kind.DOWN);
  }

  String describe(String what) {
    return "%s (%s:%d)".formatted(what, target.host(), target.port());
  }
}
