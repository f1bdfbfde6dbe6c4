package dev.penstock.pooler;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Speaks the protocol byte by byte, to do what no driver does. Blocking, with a time limit. */
public final class RawClient implements AutoCloseable {
  private static final int LIMIT_MILLIS = 20_000;
  private static final int PROTOCOL_3_0 = 3 << 16;

  /** One message: its type and its body, bytes taken for characters. */
  public record Message(char type, String text) {

    /** A field of an ErrorResponse, such as {@code C} for the SQLSTATE. */
    public String field(char field) {
      for (String entry : text.split("\0", -1)) {
        if (!entry.isEmpty() && entry.charAt(0) == field) {
          return entry.substring(1);
        }
      }
      return "";
    }

    @Override
    public String toString() {
      return type + ":" + text.replace('\0', '|');
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  public static RawClient connect(int port) {
    try {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(64 * 1024);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.setTcpNoDelay(true);
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a start-up message of name, value, name, value… */
  public RawClient startup(String... parameters) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String parameter : parameters) {
      body.writeBytes(parameter.getBytes(StandardCharsets.UTF_8));
      body.write(0);
    }
    body.write(0);
    return startup(PROTOCOL_3_0, body.toByteArray());
  }

  public RawClient startup(int code, byte[] body) {
    try {
      ByteArrayOutputStream packet = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(packet);
      data.writeInt(8 + body.length);
      data.writeInt(code);
      data.write(body);
      return bytes(packet.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Logs in where the pooler trusts everyone, and returns all up to ReadyForQuery. */
  public List<Message> trusted(String user) {
    return trusted(user, user);
  }

  /** The same, for a database of another name. */
  public List<Message> trusted(String user, String database) {
    startup("user", user, "database", database);
    return until('Z');
  }

  public RawClient query(String sql) {
    return send('Q', sql + "\0");
  }

  public RawClient send(char type, String body) {
    return send(type, body.getBytes(StandardCharsets.UTF_8));
  }

  public RawClient send(char type, byte[] body) {
    try {
      ByteArrayOutputStream packet = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(packet);
      data.writeByte(type);
      data.writeInt(4 + body.length);
      data.write(body);
      return bytes(packet.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RawClient bytes(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message. */
  public Message next() {
    try {
      char type = (char) in.readUnsignedByte();
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      return new Message(type, new String(body, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All messages up to and with the first of that type. */
  public List<Message> until(char type) {
    List<Message> messages = new ArrayList<>();
    do {
      messages.add(next());
    } while (messages.getLast().type() != type);
    return messages;
  }

  /** The types of those messages, in their order. */
  public String typesUntil(char type) {
    StringBuilder types = new StringBuilder();
    until(type).forEach(message -> types.append(message.type()));
    return types.toString();
  }

  /** Whether something has come that was not read. */
  public boolean hasMore() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int readByte() {
    try {
      return in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the pooler closes the connection before anything else comes. */
  public boolean isClosedByPooler() {
    try {
      in.readByte();
      return false;
    } catch (EOFException e) {
      return true;
    } catch (IOException e) {
      // A reset is an end too.
      return !(e instanceof java.net.SocketTimeoutException);
    }
  }

  /** Ends the connection before its test ends. */
  public void disconnect() {
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
