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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the console. It speaks the simple query protocol; to a message of the extended one
 * it answers with an error, and goes on after the Sync. Owned by the event loop.
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
  private boolean skipsToSync;
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
  public void cancel() {
    // Nothing that can be asked for yet is waited for.
  }

  @Override
  public void left() {
    ended = true;
  }

  private void proceed() {
    while (!waits && !ended && inbox.readableBytes() >= HEADER) {
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

  private void take(byte type, ByteBuf body) {
    switch (type) {
      case FrontendMessage.TERMINATE -> client.leaveAtOnce("client close request");
      case FrontendMessage.SYNC -> {
        skipsToSync = false;
        send(ready());
      }
      case FrontendMessage.QUERY -> {
        if (!skipsToSync) {
          query(FrontendMessage.readString(body));
        }
      }
      case FrontendMessage.PARSE,
          FrontendMessage.BIND,
          FrontendMessage.DESCRIBE,
          FrontendMessage.EXECUTE,
          FrontendMessage.CLOSE ->
          refuseExtended();
      case FrontendMessage.FUNCTION_CALL -> {
        ByteBuf out = client.channel().alloc().buffer();
        ResultMessage.writeError(out, "0A000", "function calls are not supported by admin console");
        BackendMessage.writeReadyForQuery(out);
        send(out);
      }
      case FrontendMessage.FLUSH,
          FrontendMessage.COPY_DATA,
          FrontendMessage.COPY_DONE,
          FrontendMessage.COPY_FAIL -> {
        // A server would ignore it too.
      }
      default ->
          throw new MalformedMessageException(
              "unsupported packet type for admin console: 0x%02x".formatted(type));
    }
  }

  private void refuseExtended() {
    if (!skipsToSync) {
      skipsToSync = true;
      ByteBuf out = client.channel().alloc().buffer();
      ResultMessage.writeError(
          out, "0A000", "extended query protocol not supported by admin console");
      send(out);
    }
  }

  private void query(String text) {
    try {
      answer(console.execute(CommandParser.parse(text), admin));
    } catch (CommandException e) {
      answer(e);
    }
  }

  private void answer(Reply reply) {
    ByteBuf out = client.channel().alloc().buffer();
    switch (reply) {
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

  private void answer(CommandException failure) {
    LOG.warn("console: {} ({})", failure.text(), failure.sqlState());
    console.traffic().error();
    ByteBuf out = client.channel().alloc().buffer();
    ResultMessage.writeError(out, failure.sqlState(), failure.text());
    finish(out);
  }

  private void finish(ByteBuf out) {
    BackendMessage.writeReadyForQuery(out);
    console.traffic().query(true);
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
