package dev.penstock.pooler;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What lies between pooler and server: passes bytes on, unless it is told to let none through. */
public final class FaultyNetwork implements AutoCloseable {
  private final ServerSocket listener;
  private final int server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean broken;

  private FaultyNetwork(ServerSocket listener, int server) {
    this.listener = listener;
    this.server = server;
  }

  /** Before the server at that port of the loopback address. */
  public static FaultyNetwork before(int server) {
    try {
      FaultyNetwork network =
          new FaultyNetwork(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), server);
      Thread.ofVirtual().start(network::accept);
      return network;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Lets nothing through any more, in neither direction, and says nothing of it. */
  public void swallow() {
    set(true);
  }

  /** Lets everything through again, what has come meanwhile included. */
  public void heal() {
    set(false);
  }

  /** Ends every connection with a reset towards both sides. */
  public void reset() {
    try {
      // All before the first is closed, since then its other side is closed at once.
      for (Socket socket : sockets) {
        lingerNot(socket);
      }
      for (Socket socket : sockets) {
        socket.close();
      }
      sockets.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void lingerNot(Socket socket) throws SocketException {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      if (!socket.isClosed()) {
        throw e;
      }
    }
  }

  private void set(boolean nowBroken) {
    lock.lock();
    try {
      broken = nowBroken;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitHealed() {
    lock.lock();
    try {
      while (broken) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        sockets.add(near);
        Thread.ofVirtual().start(() -> join(near));
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void join(Socket near) {
    awaitHealed();
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), server);
      sockets.add(far);
      Thread.ofVirtual().start(() -> pump(far, near));
      pump(near, far);
    } catch (IOException e) {
      abandon(near);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int read = in.read(buffer);
      while (read >= 0) {
        awaitHealed();
        out.write(buffer, 0, read);
        read = in.read(buffer);
      }
      awaitHealed();
      to.shutdownOutput();
    } catch (IOException e) {
      abandon(from);
      abandon(to);
    }
  }

  /** One side has failed: so must the other. */
  private static void abandon(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      heal();
      reset();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
