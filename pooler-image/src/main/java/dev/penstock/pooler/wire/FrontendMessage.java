package dev.penstock.pooler.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Messages from a client to a server: their types, and those that the pooler writes itself. */
public final class FrontendMessage {
  public static final byte QUERY = 'Q';
  public static final byte FUNCTION_CALL = 'F';
  public static final byte PARSE = 'P';
  public static final byte BIND = 'B';
  public static final byte EXECUTE = 'E';
  public static final byte DESCRIBE = 'D';
  public static final byte CLOSE = 'C';
  public static final byte FLUSH = 'H';
  public static final byte SYNC = 'S';
  public static final byte COPY_DATA = 'd';
  public static final byte COPY_DONE = 'c';
  public static final byte COPY_FAIL = 'f';
  public static final byte TERMINATE = 'X';

  /** What a Describe or Close is about, if not a portal. */
  public static final byte STATEMENT = 'S';

  /** PasswordMessage, SASLInitialResponse and SASLResponse share it. */
  public static final byte PASSWORD = 'p';

  private FrontendMessage() {}

  /** Asks a server for TLS. */
  public static void writeSslRequest(ByteBuf out) {
    out.writeInt(8).writeInt(StartupPacket.SSL_REQUEST_CODE);
  }

  /** Begins a session with protocol 3.0. */
  public static void writeStartup(ByteBuf out, Map<String, String> parameters) {
    int start = out.writerIndex();
    out.writeInt(0).writeInt(StartupPacket.PROTOCOL_3_0);
    parameters.forEach(
        (name, value) -> {
          writeString(out, name);
          writeString(out, value);
        });
    out.writeByte(0);
    out.setInt(start, out.writerIndex() - start);
  }

  /** Asks for the query of another session to be given up. */
  public static void writeCancelRequest(ByteBuf out, int processId, byte[] secret) {
    out.writeInt(12 + secret.length)
        .writeInt(StartupPacket.CANCEL_REQUEST_CODE)
        .writeInt(processId)
        .writeBytes(secret);
  }

  /** A simple query. */
  public static void writeQuery(ByteBuf out, String sql) {
    out.writeByte(QUERY);
    int start = out.writerIndex();
    out.writeInt(0);
    writeString(out, sql);
    out.setInt(start, out.writerIndex() - start);
  }

  /** Prepares a statement without parameters. */
  public static void writeParse(ByteBuf out, String name, String sql) {
    out.writeByte(PARSE);
    int start = out.writerIndex();
    out.writeInt(0);
    writeString(out, name);
    writeString(out, sql);
    out.writeShort(0);
    out.setInt(start, out.writerIndex() - start);
  }

  /** Binds the unnamed statement to text parameters, for an answer in text. */
  public static void writeBind(ByteBuf out, List<String> parameters) {
    out.writeByte(BIND);
    int start = out.writerIndex();
    out.writeInt(0);
    out.writeShort(0).writeShort(0).writeShort(parameters.size());
    for (String parameter : parameters) {
      int at = out.writerIndex();
      out.writeInt(0);
      out.setInt(at, ByteBufUtil.writeUtf8(out, parameter));
    }
    out.writeShort(0);
    out.setInt(start, out.writerIndex() - start);
  }

  /**
   * Executes the unnamed portal.
   *
   * @param mostRows at least 1
   */
  public static void writeExecute(ByteBuf out, int mostRows) {
    out.writeByte(EXECUTE).writeInt(4 + 1 + 4).writeByte(0).writeInt(mostRows);
  }

  /** Ends an extended query. */
  public static void writeSync(ByteBuf out) {
    out.writeByte(SYNC).writeInt(4);
  }

  /** An answer in the exchange of passwords; the body as the kind of exchange wants it. */
  public static void writePassword(ByteBuf out, byte[] body) {
    out.writeByte(PASSWORD).writeInt(4 + body.length).writeBytes(body);
  }

  /** Ends a session. */
  public static void writeTerminate(ByteBuf out) {
    out.writeByte(TERMINATE).writeInt(4);
  }

  static void writeString(ByteBuf out, String value) {
    ByteBufUtil.writeUtf8(out, value);
    out.writeByte(0);
  }

  /** Reads a string that a zero byte ends. */
  public static String readString(ByteBuf in) {
    int length = in.bytesBefore((byte) 0);
    if (length < 0) {
      throw new MalformedMessageException("a string is not ended by a zero byte");
    }
    String value = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    in.skipBytes(1);
    return value;
  }
}
