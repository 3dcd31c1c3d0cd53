package io.tierflow.standalone.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A TCP proxy that can be cut as a network is: connections stay open and nothing gets through, in
 * neither direction, until it is mended; then what was sent meanwhile arrives. Thread-safe.
 */
public final class CutCable implements AutoCloseable {

  private static final int BUFFER = 64 * 1024;

  private final ServerSocket server;
  private final int target;
  private final ExecutorService threads = Executors.newCachedThreadPool(CutCable::daemon);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private boolean cut; // guarded by this

  /** Leads from {@code port} to {@code target}, both on 127.0.0.1. */
  CutCable(int port, int target) throws IOException {
    this(InetAddress.getLoopbackAddress(), port, target);
  }

  /** Leads from {@code port} of {@code address} to {@code target} on 127.0.0.1. */
  public CutCable(InetAddress address, int port, int target) throws IOException {
    this.server = new ServerSocket(port, 0, address);
    this.target = target;
    threads.execute(this::accept);
  }

  /** Lets nothing through any more. */
  public synchronized void cut() {
    cut = true;
  }

  /** Lets everything through again, and first what has waited. */
  public synchronized void mend() {
    cut = false;
    notifyAll();
  }

  private synchronized void awaitWhole() throws InterruptedException {
    while (cut) {
      wait();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = keep(server.accept());
        threads.execute(() -> connect(near));
      } catch (IOException e) {
        // Closed: what else could end it is seen by those who are no longer served.
        return;
      }
    }
  }

  private void connect(Socket near) {
    try {
      awaitWhole();
      Socket far = keep(new Socket(InetAddress.getLoopbackAddress(), target));
      far.setTcpNoDelay(true);
      near.setTcpNoDelay(true);
      threads.execute(() -> pump(near, far));
      pump(far, near);
    } catch (IOException e) {
      close(near);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitWhole();
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One end has closed: so is the other, below.
      close(from);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(from);
    close(to);
  }

  private Socket keep(Socket socket) {
    sockets.add(socket);
    return socket;
  }

  private void close(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket that cannot be closed", e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "cable");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() throws IOException {
    mend();
    server.close();
    sockets.forEach(this::close);
    threads.shutdownNow();
  }
}
