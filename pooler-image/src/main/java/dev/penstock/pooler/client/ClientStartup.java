package dev.penstock.pooler.client;

import dev.penstock.pooler.auth.Authentication;
import dev.penstock.pooler.auth.ClientLogin;
import dev.penstock.pooler.auth.ClientStep;
import dev.penstock.pooler.config.Settings;
import dev.penstock.pooler.config.TlsMode;
import dev.penstock.pooler.pool.PoolKey;
import dev.penstock.pooler.wire.BackendMessage;
import dev.penstock.pooler.wire.FrontendMessage;
import dev.penstock.pooler.wire.MalformedMessageException;
import dev.penstock.pooler.wire.StartupPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's way in: TLS if it asks, the start-up message, the exchange of passwords. What the
 * client sends is gathered here, at most {@value #MOST_BUFFERED} bytes. Owned by the event loop.
 */
final class ClientStartup {
  private static final int MOST_BUFFERED = 16 * 1024;
  private static final int HEADER = 5;

  private final ClientConnection client;
  private final Service service;
  private final ByteBuf inbox = Unpooled.buffer(256, MOST_BUFFERED);
  private @Nullable SessionRequest request;
  private @Nullable Admission admission;
  private @Nullable ClientLogin login;
  private boolean lookedUp;
  private boolean encrypted;
  private boolean askedForTls;
  private boolean askedForGss;
  private boolean stepUnderWay;
  private boolean ended;

  ClientStartup(ClientConnection client, Service service) {
    this.client = client;
    this.service = service;
  }

  /** Takes what the client sent. */
  void read(ByteBuf in) {
    if (in.readableBytes() > MOST_BUFFERED - inbox.readableBytes()) {
      throw new MalformedMessageException("too much data before the login is complete");
    }
    inbox.discardReadBytes();
    inbox.writeBytes(in);
    proceed();
  }

  /** Whether it is the client's turn to say something, and not the pooler's. */
  boolean awaitsClient() {
    return !stepUnderWay;
  }

  /** What the client sent beyond its login; the caller's. */
  ByteBuf end() {
    ended = true;
    Admission begun = admission;
    if (begun != null) {
      begun.abandon();
    }
    return inbox;
  }

  private void proceed() {
    boolean progress = true;
    while (progress && !ended && !stepUnderWay) {
      progress = login == null ? startupPacket() : passwordMessage(login);
    }
  }

  private boolean startupPacket() {
    StartupPacket packet = StartupPacket.read(inbox);
    switch (packet) {
      case null -> {
        return false;
      }
      case StartupPacket.SslRequest _ -> answerSslRequest();
      case StartupPacket.GssEncryptionRequest _ -> {
        // Each once: answers that are never read would pile up in memory before any login.
        if (askedForGss) {
          throw new MalformedMessageException("GSSENCRequest for the second time");
        }
        askedForGss = true;
        answer('N');
      }
      case StartupPacket.CancelRequest cancel -> {
        ended = true;
        client.cancelRequested(cancel.key());
      }
      case StartupPacket.Startup startup -> start(startup);
    }
    return true;
  }

  private void answerSslRequest() {
    if (askedForTls) {
      throw new MalformedMessageException("SSLRequest for the second time");
    }
    askedForTls = true;
    if (inbox.isReadable()) {
      // Not encrypted, so anyone on the way may have put it there.
      throw new MalformedMessageException("received unencrypted data after SSL request");
    }
    if (service.tls().mode() == TlsMode.DISABLE) {
      answer('N');
      return;
    }
    encrypted = true;
    Channel channel = client.channel();
    answer('S');
    channel
        .pipeline()
        .addFirst(service.tls().handler(channel.alloc(), service.derivation().executor()));
  }

  private void answer(char character) {
    Channel channel = client.channel();
    var _ =
        channel.writeAndFlush(
            channel.alloc().buffer(1).writeByte(character), channel.voidPromise());
  }

  private void start(StartupPacket.Startup startup) {
    if (service.tls().mode().required() && !encrypted) {
      client.refuse("28000", "SSL required");
      return;
    }
    SessionRequest asked;
    try {
      asked =
          SessionRequest.of(
              startup, service.config().settings().get(Settings.IGNORE_STARTUP_PARAMETERS));
    } catch (SessionRequest.Unsupported e) {
      client.refuse(e.sqlState(), String.valueOf(e.getMessage()));
      return;
    }
    client.membership().named(asked.database(), asked.user());
    if (client.isOneTooMany()) {
      return;
    }
    addHost(asked);
    if (startup.minorVersion() > 0 || !asked.unknownOptions().isEmpty()) {
      Channel channel = client.channel();
      ByteBuf out = channel.alloc().buffer();
      BackendMessage.writeNegotiateProtocolVersion(out, asked.unknownOptions());
      var _ = channel.writeAndFlush(out, channel.voidPromise());
    }
    stepUnderWay = true;
    Admission begun = new Admission(service, client.channel());
    admission = begun;
    begun.decide(asked, this::admitted);
  }

  private void admitted(Admission.Outcome outcome) {
    stepUnderWay = false;
    switch (outcome) {
      case Admission.Outcome.Proves(var decided, var begun, var known) -> {
        request = decided;
        lookedUp = known;
        client.membership().named(decided.database(), decided.user());
        if (begun == null) {
          accepted(decided);
        } else {
          login = begun;
          take(begun.start());
        }
      }
      case Admission.Outcome.Refused(var sqlState, var message, var reason) ->
          refuse(sqlState, message, reason);
    }
    if (!ended && inbox.isReadable()) {
      client.guarded(this::proceed);
    }
  }

  private void addHost(SessionRequest asked) {
    if (service.config().settings().get(Settings.APPLICATION_NAME_ADD_HOST)
        && client.channel().remoteAddress() instanceof InetSocketAddress address) {
      String name = asked.parameters().value("application_name");
      asked
          .parameters()
          .set(
              "application_name",
              "%s - %s:%d"
                  .formatted(
                      name == null ? "app" : name,
                      address.getAddress().getHostAddress(),
                      address.getPort()));
    }
  }

  private boolean passwordMessage(ClientLogin begun) {
    if (!inbox.isReadable()) {
      return false;
    }
    byte type = inbox.getByte(inbox.readerIndex());
    if (type != FrontendMessage.PASSWORD) {
      throw new MalformedMessageException(
          "expected password response, got message type 0x%02x".formatted(type));
    }
    if (inbox.readableBytes() < HEADER) {
      return false;
    }
    int length = inbox.getInt(inbox.readerIndex() + 1);
    if (length < 4 || length > MOST_BUFFERED - HEADER) {
      throw new MalformedMessageException("password message with an invalid length");
    }
    if (inbox.readableBytes() < length + 1) {
      return false;
    }
    inbox.skipBytes(HEADER);
    byte[] body = ByteBufUtil.getBytes(inbox.readSlice(length - 4));
    stepUnderWay = true;
    var loop = client.channel().eventLoop();
    // A step may need a key to be derived, and then completes on another thread.
    var _ =
        begun
            .answer(body)
            .whenComplete(
                (step, failure) -> {
                  if (loop.inEventLoop()) {
                    resume(step, failure);
                  } else {
                    loop.execute(() -> resume(step, failure));
                  }
                });
    return true;
  }

  private void resume(@Nullable ClientStep step, @Nullable Throwable failure) {
    stepUnderWay = false;
    if (ended) {
      return;
    }
    if (step == null) {
      refuse("XX000", "login failed", String.valueOf(failure));
      return;
    }
    take(step);
    if (!ended && inbox.isReadable()) {
      client.guarded(this::proceed);
    }
  }

  private void take(ClientStep step) {
    switch (step) {
      case ClientStep.Ask(var kind, var body) -> authentication(kind, body);
      case ClientStep.Accepted(var saslFinal, var secret) -> {
        SessionRequest asked = request;
        if (asked == null) {
          throw new IllegalStateException("accepted before it was asked");
        }
        if (saslFinal.length > 0) {
          authentication(Authentication.SASL_FINAL, saslFinal);
        }
        if (lookedUp) {
          service.credentials().learn(new PoolKey(asked.database(), asked.user()), secret);
        } else {
          service.credentials().learn(asked.user(), secret);
        }
        accepted(asked);
      }
      case ClientStep.Refused(var sqlState, var message, var reason) ->
          refuse(sqlState, message, reason);
    }
  }

  private void accepted(SessionRequest asked) {
    ended = true;
    client.accepted(asked, inbox);
  }

  private void refuse(String sqlState, String message, String reason) {
    client.note("login refused: " + reason);
    client.refuse(sqlState, message);
  }

  private void authentication(int kind, byte[] body) {
    Channel channel = client.channel();
    ByteBuf out = channel.alloc().buffer(9 + body.length);
    BackendMessage.writeAuthentication(out, kind, body);
    var _ = channel.writeAndFlush(out, channel.voidPromise());
  }
}
