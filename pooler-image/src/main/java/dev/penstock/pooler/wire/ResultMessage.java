package dev.penstock.pooler.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What answers a simple query, for statements that the pooler answers itself. Values are text. */
public final class ResultMessage {
  private static final short TEXT_FORMAT = 0;
  private static final int NULL_VALUE = -1;

  private ResultMessage() {}

  /**
   * A column of a result.
   *
   * @param name as the client is told
   */
  public record Column(String name, Type type) {}

  /** The types that occur, by their numbers in {@code pg_type}. */
  public enum Type {
    TEXT(25, -1),
    INT4(23, 4),
    INT8(20, 8),
    NUMERIC(1700, -1);

    private final int oid;
    private final int size;

    Type(int oid, int size) {
      this.oid = oid;
      this.size = size;
    }

    /** Its number. */
    public int oid() {
      return oid;
    }
  }

  /** Which columns the rows have. */
  public static void writeRowDescription(ByteBuf out, List<Column> columns) {
    int start = BackendMessage.begin(out, BackendMessage.ROW_DESCRIPTION);
    out.writeShort(columns.size());
    for (Column column : columns) {
      FrontendMessage.writeString(out, column.name());
      // Of no table, and without a modifier.
      out.writeInt(0).writeShort(0);
      out.writeInt(column.type().oid).writeShort(column.type().size).writeInt(-1);
      out.writeShort(TEXT_FORMAT);
    }
    BackendMessage.end(out, start);
  }

  /** One row; null for a value that is not there. */
  public static void writeDataRow(ByteBuf out, List<@Nullable String> values) {
    int start = BackendMessage.begin(out, BackendMessage.DATA_ROW);
    out.writeShort(values.size());
    for (String value : values) {
      if (value == null) {
        out.writeInt(NULL_VALUE);
      } else {
        int length = out.writerIndex();
        out.writeInt(0);
        int written = ByteBufUtil.writeUtf8(out, value);
        out.setInt(length, written);
      }
    }
    BackendMessage.end(out, start);
  }

  /** The command has been done. */
  public static void writeCommandComplete(ByteBuf out, String tag) {
    int start = BackendMessage.begin(out, BackendMessage.COMMAND_COMPLETE);
    FrontendMessage.writeString(out, tag);
    BackendMessage.end(out, start);
  }

  /** There was no command. */
  public static void writeEmptyQueryResponse(ByteBuf out) {
    BackendMessage.writeEmpty(out, BackendMessage.EMPTY_QUERY_RESPONSE);
  }

  /**
   * The command has failed; the session goes on.
   *
   * @param detail more of it, empty for none
   */
  public static void writeError(ByteBuf out, String sqlState, String message, String detail) {
    int start = BackendMessage.begin(out, BackendMessage.ERROR_RESPONSE);
    BackendMessage.writeField(out, 'S', "ERROR");
    BackendMessage.writeField(out, 'V', "ERROR");
    BackendMessage.writeField(out, 'C', sqlState);
    writeMessage(out, message, detail);
    BackendMessage.end(out, start);
  }

  /**
   * Something worth knowing.
   *
   * @param detail more of it, empty for none
   */
  public static void writeNotice(ByteBuf out, String message, String detail) {
    int start = BackendMessage.begin(out, BackendMessage.NOTICE_RESPONSE);
    BackendMessage.writeField(out, 'S', "NOTICE");
    BackendMessage.writeField(out, 'V', "NOTICE");
    BackendMessage.writeField(out, 'C', "00000");
    writeMessage(out, message, detail);
    BackendMessage.end(out, start);
  }

  private static void writeMessage(ByteBuf out, String message, String detail) {
    BackendMessage.writeField(out, 'M', message);
    if (!detail.isEmpty()) {
      BackendMessage.writeField(out, 'D', detail);
    }
    out.writeByte(0);
  }
}
