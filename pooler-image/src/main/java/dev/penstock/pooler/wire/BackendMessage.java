package dev.penstock.pooler.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** Messages from a server to a client: their types, and those that the pooler writes itself. */
public final class BackendMessage {
  public static final byte AUTHENTICATION = 'R';
  public static final byte PARAMETER_STATUS = 'S';
  public static final byte BACKEND_KEY_DATA = 'K';
  public static final byte READY_FOR_QUERY = 'Z';
  public static final byte ERROR_RESPONSE = 'E';
  public static final byte NOTICE_RESPONSE = 'N';
  public static final byte NOTIFICATION_RESPONSE = 'A';
  public static final byte NEGOTIATE_PROTOCOL_VERSION = 'v';
  public static final byte COPY_IN_RESPONSE = 'G';
  public static final byte PARSE_COMPLETE = '1';
  public static final byte BIND_COMPLETE = '2';
  public static final byte CLOSE_COMPLETE = '3';
  public static final byte ROW_DESCRIPTION = 'T';
  public static final byte DATA_ROW = 'D';
  public static final byte NO_DATA = 'n';
  public static final byte COMMAND_COMPLETE = 'C';
  public static final byte EMPTY_QUERY_RESPONSE = 'I';
  public static final byte PORTAL_SUSPENDED = 's';

  /** Transaction status of ReadyForQuery: not in a transaction. */
  public static final byte IDLE = 'I';

  /** Transaction status of ReadyForQuery: in a transaction that has failed. */
  public static final byte FAILED = 'E';

  private BackendMessage() {}

  /** The login is complete. */
  public static void writeAuthenticationOk(ByteBuf out) {
    out.writeByte(AUTHENTICATION).writeInt(8).writeInt(0);
  }

  /** A request of the exchange of passwords; {@code body} follows the kind. */
  public static void writeAuthentication(ByteBuf out, int kind, byte[] body) {
    out.writeByte(AUTHENTICATION).writeInt(8 + body.length).writeInt(kind).writeBytes(body);
  }

  /** A parameter of the session and its value. */
  public static void writeParameterStatus(ByteBuf out, String name, String value) {
    int start = begin(out, PARAMETER_STATUS);
    FrontendMessage.writeString(out, name);
    FrontendMessage.writeString(out, value);
    end(out, start);
  }

  /** What a cancel request must name. */
  public static void writeBackendKeyData(ByteBuf out, BackendKey key) {
    out.writeByte(BACKEND_KEY_DATA).writeInt(12).writeInt(key.processId()).writeInt(key.secret());
  }

  /** A message without a body: ParseComplete, CloseComplete. */
  public static void writeEmpty(ByteBuf out, byte type) {
    out.writeByte(type).writeInt(4);
  }

  /** The session awaits a query outside a transaction. */
  public static void writeReadyForQuery(ByteBuf out) {
    out.writeByte(READY_FOR_QUERY).writeInt(5).writeByte(IDLE);
  }

  /** The newest minor version spoken, and the protocol options that are not known. */
  public static void writeNegotiateProtocolVersion(ByteBuf out, List<String> unknownOptions) {
    int start = begin(out, NEGOTIATE_PROTOCOL_VERSION);
    out.writeInt(StartupPacket.PROTOCOL_3_0).writeInt(unknownOptions.size());
    unknownOptions.forEach(option -> FrontendMessage.writeString(out, option));
    end(out, start);
  }

  /** An error that ends the session. */
  public static void writeFatal(ByteBuf out, String sqlState, String message) {
    int start = begin(out, ERROR_RESPONSE);
    writeField(out, 'S', "FATAL");
    writeField(out, 'V', "FATAL");
    writeField(out, 'C', sqlState);
    writeField(out, 'M', message);
    out.writeByte(0);
    end(out, start);
  }

  static void writeField(ByteBuf out, char field, String value) {
    out.writeByte(field);
    FrontendMessage.writeString(out, value);
  }

  static int begin(ByteBuf out, byte type) {
    out.writeByte(type);
    int start = out.writerIndex();
    out.writeInt(0);
    return start;
  }

  static void end(ByteBuf out, int start) {
    out.setInt(start, out.writerIndex() - start);
  }
}
