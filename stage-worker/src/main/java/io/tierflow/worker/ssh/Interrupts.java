package io.tierflow.worker.ssh;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;

/** Tells an interrupt from trouble with a connection, as which it comes out of SSHD. */
final class Interrupts {

  private Interrupts() {}

  /** Throws what it was, if it was an interrupt. */
  static void rethrow(IOException e) throws InterruptedException {
    boolean was = e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
    if (Thread.interrupted() || was) {
      InterruptedException interrupted = new InterruptedException("interrupted: " + e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
