package dev.penstock.pooler.wire;

import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first packets of a connection: they have a length but no type byte (PostgreSQL, "Start-up"
 * and "Canceling Requests in Progress").
 */
public sealed interface StartupPacket {
  int PROTOCOL_3_0 = 3 << 16;
  int CANCEL_REQUEST_CODE = 1234 << 16 | 5678;
  int SSL_REQUEST_CODE = 1234 << 16 | 5679;
  int GSS_ENCRYPTION_REQUEST_CODE = 1234 << 16 | 5680;

  /** What the server itself accepts at most, in bytes. */
  int MAX_LENGTH = 10_000;

  /** The client asks for TLS. */
  record SslRequest() implements StartupPacket {}

  /** The client asks for encryption by GSSAPI. */
  record GssEncryptionRequest() implements StartupPacket {}

  /** The client asks for another session's query to be given up. */
  record CancelRequest(BackendKey key) implements StartupPacket {}

  /**
   * The client begins a session.
   *
   * @param minorVersion of major version 3
   * @param parameters in the order they came
   */
  record Startup(int minorVersion, Map<String, String> parameters) implements StartupPacket {
    public Startup {
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
  }

  /**
   * Reads the packet at the reader index.
   *
   * @return {@code null} while it is incomplete
   * @throws MalformedMessageException for anything that is no start-up packet
   */
  static @Nullable StartupPacket read(ByteBuf in) {
    if (in.readableBytes() < 4) {
      return null;
    }
    int length = in.getInt(in.readerIndex());
    if (length < 8 || length > MAX_LENGTH) {
      throw new MalformedMessageException("invalid length of startup packet");
    }
    if (in.readableBytes() < length) {
      return null;
    }
    ByteBuf packet = in.readSlice(length).skipBytes(4);
    int code = packet.readInt();
    return switch (code) {
      case SSL_REQUEST_CODE -> new SslRequest();
      case GSS_ENCRYPTION_REQUEST_CODE -> new GssEncryptionRequest();
      case CANCEL_REQUEST_CODE -> cancelRequest(packet);
      default -> startup(code, packet);
    };
  }

  private static StartupPacket cancelRequest(ByteBuf packet) {
    int processId = packet.readableBytes() >= 4 ? packet.readInt() : 0;
    if (packet.readableBytes() != 4) {
      throw new MalformedMessageException("cancel request with a key of an unknown length");
    }
    return new CancelRequest(new BackendKey(processId, packet.readInt()));
  }

  private static StartupPacket startup(int version, ByteBuf packet) {
    if (version >>> 16 != 3) {
      throw new MalformedMessageException(
          "unsupported protocol version %d.%d: 3.0 is supported"
              .formatted(version >>> 16, version & 0xffff));
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    while (true) {
      String name = FrontendMessage.readString(packet);
      if (name.isEmpty()) {
        break;
      }
      parameters.put(name, FrontendMessage.readString(packet));
    }
    if (packet.isReadable()) {
      throw new MalformedMessageException("invalid startup packet layout: expected terminator");
    }
    return new Startup(version & 0xffff, parameters);
  }
}
