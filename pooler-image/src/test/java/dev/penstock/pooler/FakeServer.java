package dev.penstock.pooler;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that does what no PostgreSQL does: the test takes each connection and speaks itself. */
public final class FakeServer implements AutoCloseable {
  private static final int LIMIT_MILLIS = 20_000;

  private final ServerSocket listener;
  private final BlockingQueue<Session> accepted = new LinkedBlockingQueue<>();
  private final List<Session> sessions = new CopyOnWriteArrayList<>();

  private FakeServer(ServerSocket listener) {
    this.listener = listener;
  }

  public static FakeServer start() {
    try {
      FakeServer server = new FakeServer(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
      Thread.ofVirtual().start(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (!listener.isClosed()) {
        Session session = new Session(listener.accept());
        sessions.add(session);
        accepted.add(session);
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The next connection. */
  public Session next() throws InterruptedException {
    Session session = accepted.poll(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    if (session == null) {
      throw new AssertionError("the pooler did not connect");
    }
    return session;
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Session session : sessions) {
        session.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One connection, as the server sees it. */
  public static final class Session {
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    private Session(Socket socket) throws IOException {
      this.socket = socket;
      socket.setSoTimeout(LIMIT_MILLIS);
      this.in = new DataInputStream(socket.getInputStream());
      this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** Reads a packet that has no type, and returns its code. */
    public int startup() throws IOException {
      byte[] packet = new byte[in.readInt() - 4];
      in.readFully(packet);
      return new DataInputStream(new java.io.ByteArrayInputStream(packet)).readInt();
    }

    /** Lets anyone in. */
    public Session logIn(String... parameters) throws IOException {
      startup();
      send('R', new byte[4]);
      for (int i = 0; i < parameters.length; i += 2) {
        parameter(parameters[i], parameters[i + 1]);
      }
      send('K', new byte[8]);
      return ready();
    }

    public Session parameter(String name, String value) throws IOException {
      return send('S', (name + "\0" + value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    public Session ready() throws IOException {
      return send('Z', new byte[] {'I'});
    }

    /** Answers a statement that gives no rows. */
    public Session done() throws IOException {
      return send('C', "SET\0".getBytes(StandardCharsets.UTF_8)).ready();
    }

    public Session send(char type, byte[] body) throws IOException {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      DataOutputStream data = new DataOutputStream(message);
      data.writeByte(type);
      data.writeInt(4 + body.length);
      data.write(body);
      return bytes(message.toByteArray());
    }

    public Session bytes(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    /** The next message, type first; null at the end of the stream. */
    public @Nullable String message() throws IOException {
      int type = in.read();
      if (type < 0) {
        return null;
      }
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      return (char) type + new String(body, StandardCharsets.UTF_8).replace("\0", "");
    }

    /** Whether the pooler ends its side before it sends anything else. */
    public boolean isEnded() throws IOException {
      try {
        return in.read() < 0;
      } catch (EOFException e) {
        return true;
      }
    }

    public void close() throws IOException {
      socket.close();
    }
  }
}
