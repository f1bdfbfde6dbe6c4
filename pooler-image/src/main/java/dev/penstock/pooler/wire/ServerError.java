package dev.penstock.pooler.wire;

import io.netty.buffer.ByteBuf;

/**
 * An ErrorResponse of a server. A server may leave out any field, even those that the protocol
 * promises; they are then replaced.
 *
 * @param severity such as {@code FATAL}
 * @param sqlState five characters; {@code XX000} when the server gave none
 * @param message for people
 */
public record ServerError(String severity, String sqlState, String message) {

  /** Whether the session ends with it. */
  public boolean isFatal() {
    return !severity.equals("ERROR");
  }

  /** Reads the body of an ErrorResponse or NoticeResponse, whatever is wrong with it. */
  public static ServerError read(ByteBuf body) {
    String severity = "ERROR";
    String sqlState = "XX000";
    String message = "the server gave no message";
    while (body.isReadable()) {
      byte field = body.readByte();
      if (field == 0 || body.bytesBefore((byte) 0) < 0) {
        break;
      }
      String value = FrontendMessage.readString(body);
      switch (field) {
        // The first is translated; the second, which follows it, is not.
        case 'S', 'V' -> severity = value;
        case 'C' -> sqlState = value.length() == 5 ? value : sqlState;
        case 'M' -> message = value;
        default -> {
          // Details are not passed on: they are about a session the client has no part in.
        }
      }
    }
    return new ServerError(severity, sqlState, message);
  }
}
