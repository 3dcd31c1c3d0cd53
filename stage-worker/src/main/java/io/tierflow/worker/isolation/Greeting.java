package io.tierflow.worker.isolation;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a child to connect and to say its first word. Whoever else connects is turned away, and
 * one that says nothing cannot hold up the start.
 *
 * @param process the child's
 * @param output what it prints, for the message if it ends
 * @param token the secret by which it is known
 * @param maxFrame the longest frame it may send, in bytes
 */
record Greeting(
    ServerSocket server, Process process, OutputTail output, String token, int maxFrame) {

  private static final Logger log = LoggerFactory.getLogger(Greeting.class);
  private static final int ACCEPT_MILLIS = 100;
  private static final int TRIES = 600; // a minute
  private static final int STRANGERS = 8;

  /** The child's connection, and its first word: that it is ready, or that it is of no use. */
  record Greeted(FrameChannel channel, Frame first) {}

  /**
   * Waits, a minute at most for each connection.
   *
   * @param helloMillis how long a connection may be silent
   * @throws InterruptedIOException if the thread was interrupted
   */
  Greeted await(int helloMillis) throws IOException {
    for (int i = 0; i < STRANGERS; i++) {
      Socket socket = accept();
      FrameChannel channel = new FrameChannel(socket, maxFrame);
      try {
        socket.setSoTimeout(helloMillis);
        Frame first = channel.read();
        if ((first instanceof Frame.Hello hello && hello.token().equals(token))
            || (first instanceof Frame.Unusable unusable && unusable.token().equals(token))) {
          socket.setSoTimeout(0); // from here on a child may be silent as long as it likes
          return new Greeted(channel, first);
        }
        log.warn("another process connected in the place of a child and is turned away");
      } catch (IOException e) {
        log.warn("a connection in the place of a child's is turned away: {}", e.toString());
      }
      close(channel);
    }
    throw new IOException(STRANGERS + " other processes connected in its place");
  }

  /** Closes a connection that nobody needs any more. */
  static void close(FrameChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("a connection did not close cleanly", e);
    }
  }

  private Socket accept() throws IOException {
    server.setSoTimeout(ACCEPT_MILLIS);
    for (int i = 0; i < TRIES; i++) {
      try {
        return server.accept();
      } catch (SocketTimeoutException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while a child started");
        }
        if (!process.isAlive()) {
          throw new IOException("it ended with exit code " + exitCode() + ": " + output.last());
        }
      }
    }
    throw new IOException("it did not come up within a minute: " + output.last());
  }

  private int exitCode() throws InterruptedIOException {
    try {
      return process.waitFor(1, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a child started");
    }
  }
}
