package dev.penstock.pooler.console;

import dev.penstock.pooler.client.ConsoleClient;
import dev.penstock.pooler.client.ConsoleSession;
import dev.penstock.pooler.pool.Welcome;
import dev.penstock.pooler.wire.BackendMessage;
import dev.penstock.pooler.wire.FrontendMessage;
import dev.penstock.pooler.wire.MalformedMessageException;
import dev.penstock.pooler.wire.ResultMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the console. It speaks the simple query protocol only: a message of the extended
 * one ends the session, as in PgBouncer. Owned by the event loop.
 */
final class Session implements ConsoleSession {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final int HEADER = 5;
  private static final int LONGEST_MESSAGE = 64 * 1024;
  private static final int MOST_BUFFERED = 4 * LONGEST_MESSAGE;

  private final AdminConsole console;
  private final ConsoleClient client;
  private final boolean admin;
  private final ByteBuf inbox = Unpooled.buffer(256, MOST_BUFFERED);
  private Runnable giveUp = () -> {};
  private Runnable forget = () -> {};
  private boolean waits;
  private boolean ended;

  Session(AdminConsole console, ConsoleClient client, boolean admin) {
    this.console = console;
    this.client = client;
    this.admin = admin;
  }

  @Override
  public Welcome welcome() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("server_version", ProcessTables.REFERENCE + "/bouncer");
    parameters.put("client_encoding", "UTF8");
    parameters.put("server_encoding", "UTF8");
    parameters.put("DateStyle", "ISO");
    parameters.put("TimeZone", "GMT");
    parameters.put("standard_conforming_strings", "on");
    parameters.put("is_superuser", "on");
    return new Welcome(parameters);
  }

  @Override
  public void read(ByteBuf in) {
    console.traffic().received(in.readableBytes());
    if (in.readableBytes() > MOST_BUFFERED - inbox.readableBytes()) {
      throw new MalformedMessageException("too much data for the admin console");
    }
    inbox.discardReadBytes();
    inbox.writeBytes(in);
    proceed();
  }

  @Override
  public void writable() {
    client.guarded(this::proceed);
  }

  @Override
  public void cancel() {
    giveUp.run();
  }

  @Override
  public void left() {
    ended = true;
    forget.run();
  }

  private void proceed() {
    while (!waits && !ended && takesMore() && inbox.readableBytes() >= HEADER) {
      byte type = inbox.getByte(inbox.readerIndex());
      int length = inbox.getInt(inbox.readerIndex() + 1);
      if (length < 4 || length > LONGEST_MESSAGE) {
        throw new MalformedMessageException("message of an invalid length for the admin console");
      }
      if (inbox.readableBytes() < length + 1) {
        return;
      }
      inbox.skipBytes(HEADER);
      take(type, inbox.readSlice(length - 4));
    }
  }

  /** Whether the client reads its answers; one that does not is not read either. */
  private boolean takesMore() {
    boolean writable = client.channel().isWritable();
    client.channel().config().setAutoRead(writable);
    return writable;
  }

  private void take(byte type, ByteBuf body) {
    switch (type) {
      case FrontendMessage.TERMINATE -> client.leaveAtOnce("client close request");
      case FrontendMessage.QUERY -> query(FrontendMessage.readString(body));
      case FrontendMessage.SYNC -> send(ready());
      case FrontendMessage.PARSE, FrontendMessage.BIND, FrontendMessage.EXECUTE ->
          end("extended query protocol not supported by admin console");
      case FrontendMessage.FLUSH,
          FrontendMessage.COPY_DATA,
          FrontendMessage.COPY_DONE,
          FrontendMessage.COPY_FAIL -> {
        // A server would ignore it too.
      }
      default -> end("unsupported packet type for admin console: 0x%02x".formatted(type));
    }
  }

  /** First the error that a query ends with, which drivers report; then the end of the session. */
  private void end(String why) {
    answer(new CommandException(why));
    client.refuse(CommandException.VIOLATION, "bad packet");
  }

  private void query(String text) {
    // Before it is answered: what SHOW TOTALS shows has been counted with it.
    console.traffic().query(true);
    try {
      Reply reply = console.execute(CommandParser.parse(text), admin);
      if (reply instanceof Reply.Later later) {
        await(later);
      } else if (!ended) {
        answer(reply);
      }
    } catch (CommandException e) {
      answer(e);
    }
  }

  private void answer(Reply reply) {
    ByteBuf out = client.channel().alloc().buffer();
    switch (reply) {
      case Reply.Later _ -> throw new IllegalStateException("what is awaited has not come");
      case Reply.Nothing _ -> ResultMessage.writeEmptyQueryResponse(out);
      case Reply.Rows(var table) -> {
        table.write(out);
        ResultMessage.writeCommandComplete(out, "SHOW");
      }
      case Reply.Done(var tag) -> ResultMessage.writeCommandComplete(out, tag);
      case Reply.Notice(var message, var detail, var tag) -> {
        ResultMessage.writeNotice(out, message, detail);
        ResultMessage.writeCommandComplete(out, tag);
      }
    }
    finish(out);
  }

  private void await(Reply.Later later) {
    waits = true;
    giveUp = later.giveUp();
    forget = later.forget();
    var loop = client.channel().eventLoop();
    // Not of the future's own making: what is thrown there would be lost.
    var _ =
        later.reply().whenComplete((reply, failure) -> loop.execute(() -> resume(reply, failure)));
  }

  private void resume(@Nullable Reply reply, @Nullable Throwable failure) {
    waits = false;
    giveUp = () -> {};
    forget = () -> {};
    if (ended) {
      return;
    }
    if (reply != null) {
      answer(reply);
    } else {
      answer(of(failure));
    }
    client.guarded(this::proceed);
  }

  private static CommandException of(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof CommandException refused
        ? refused
        : new CommandException("XX000", "internal error", String.valueOf(cause));
  }

  private void answer(CommandException failure) {
    LOG.warn("console: {} ({})", CommandParser.onOneLine(failure.text()), failure.sqlState());
    console.traffic().error();
    ByteBuf out = client.channel().alloc().buffer();
    ResultMessage.writeError(out, failure.sqlState(), failure.text(), failure.detail());
    finish(out);
  }

  private void finish(ByteBuf out) {
    BackendMessage.writeReadyForQuery(out);
    send(out);
  }

  private ByteBuf ready() {
    ByteBuf out = client.channel().alloc().buffer();
    BackendMessage.writeReadyForQuery(out);
    return out;
  }

  private void send(ByteBuf out) {
    console.traffic().sent(out.readableBytes());
    var _ = client.channel().writeAndFlush(out, client.channel().voidPromise());
  }
}
