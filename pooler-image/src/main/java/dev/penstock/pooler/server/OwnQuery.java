package dev.penstock.pooler.server;

import dev.penstock.pooler.wire.BackendMessage;
import dev.penstock.pooler.wire.FrontendMessage;
import dev.penstock.pooler.wire.MalformedMessageException;
import dev.penstock.pooler.wire.ServerError;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A question of the pooler's own to a server, whose answer are a few rows of text. Its parameters
 * go by the extended protocol, and never become a part of the statement. Owned by the event loop.
 */
public final class OwnQuery {
  private static final int NULL = -1;

  /** What came of it. */
  public sealed interface Result {

    /** One list for each row, one value for each column; null for NULL. */
    record Rows(List<List<@Nullable String>> rows) implements Result {

      /** What the rows say may be secret. */
      @Override
      public String toString() {
        return "Rows[" + rows.size() + "]";
      }
    }

    /**
     * There is no answer.
     *
     * @param sqlState five characters
     * @param message for the log
     */
    record Failed(String sqlState, String message) implements Result {}
  }

  private final String sql;
  private final List<String> parameters;
  private final int mostRows;
  private final Consumer<Result> outcome;
  private final List<List<@Nullable String>> rows = new ArrayList<>();
  private @Nullable ServerError error;
  private int owed;
  private boolean ended;

  /**
   * @param sql with {@code $1} and so on for the parameters
   * @param mostRows more are not fetched, at least 1
   * @param outcome called once
   */
  public OwnQuery(String sql, List<String> parameters, int mostRows, Consumer<Result> outcome) {
    this.sql = sql;
    this.parameters = List.copyOf(parameters);
    this.mostRows = mostRows;
    this.outcome = outcome;
  }

  /**
   * Writes it.
   *
   * @param encoding the session's {@code client_encoding}; the parameters go as UTF-8
   */
  void write(ByteBuf out, @Nullable String encoding) {
    if (encoding != null && !encoding.equalsIgnoreCase("UTF8")) {
      // It is reported as changed, so that who has the connection next gets its own back.
      FrontendMessage.writeQuery(out, "SET client_encoding TO 'UTF8'");
      owed++;
    }
    FrontendMessage.writeParse(out, "", sql);
    FrontendMessage.writeBind(out, parameters);
    FrontendMessage.writeExecute(out, mostRows);
    FrontendMessage.writeSync(out);
    owed++;
  }

  /**
   * Takes a message of the server.
   *
   * @return whether it was the last of the answer
   */
  boolean message(byte type, ByteBuf body) {
    switch (type) {
      case BackendMessage.DATA_ROW -> row(body);
      case BackendMessage.ERROR_RESPONSE -> error = ServerError.read(body);
      case BackendMessage.READY_FOR_QUERY -> {
        if (!body.isReadable() || body.readByte() != BackendMessage.IDLE) {
          throw new MalformedMessageException("a question of the pooler's left a transaction open");
        }
        owed--;
      }
      case BackendMessage.PARSE_COMPLETE,
          BackendMessage.BIND_COMPLETE,
          BackendMessage.COMMAND_COMPLETE,
          BackendMessage.NO_DATA,
          BackendMessage.EMPTY_QUERY_RESPONSE,
          BackendMessage.PORTAL_SUSPENDED,
          BackendMessage.NOTICE_RESPONSE,
          BackendMessage.NOTIFICATION_RESPONSE -> {
        // Nothing that matters here.
      }
      default -> throw new MalformedMessageException("unexpected message 0x%02x".formatted(type));
    }
    return owed == 0;
  }

  private void row(ByteBuf body) {
    if (rows.size() == mostRows || body.readableBytes() < Short.BYTES) {
      throw new MalformedMessageException("more rows than were asked for, or one without a count");
    }
    int columns = body.readUnsignedShort();
    List<@Nullable String> row = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      int length = body.readableBytes() < Integer.BYTES ? Integer.MAX_VALUE : body.readInt();
      if (length < NULL || length > body.readableBytes()) {
        throw new MalformedMessageException("a row is cut short");
      }
      row.add(
          length == NULL ? null : body.readCharSequence(length, StandardCharsets.UTF_8).toString());
    }
    rows.add(row);
  }

  /** The answer is complete. */
  void answered() {
    ServerError failed = error;
    end(
        failed == null
            ? new Result.Rows(rows)
            : new Result.Failed(failed.sqlState(), failed.message()));
  }

  /** There will be no answer. */
  void lost(String sqlState, String message) {
    ServerError said = error;
    end(
        said == null
            ? new Result.Failed(sqlState, message)
            : new Result.Failed(said.sqlState(), said.message()));
  }

  private void end(Result result) {
    if (!ended) {
      ended = true;
      outcome.accept(result);
    }
  }
}
