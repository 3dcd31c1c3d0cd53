package io.tierflow.worker.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all that a child process prints, at the speed it prints, and keeps the end of it; of each
 * task, the first lines go to the worker's log. Filled by one thread; thread-safe.
 */
final class OutputTail implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(OutputTail.class);
  private static final int KEPT = 8 * 1024;
  private static final int LOGGED = 64 * 1024; // of each task

  private final InputStream in;
  private final String child;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final byte[] ring = new byte[KEPT];
  private long total; // guarded by this, as all below
  private long begin; // where the current task's output begins
  private String task = "";

  OutputTail(InputStream in, String child) {
    this.in = in;
    this.child = child;
  }

  /** What comes from now on is a new task's. */
  synchronized void begin(String newTask) {
    begin = total;
    task = newTask;
  }

  /** Reads until the child has closed its output. */
  @Override
  public void run() {
    byte[] buffer = new byte[64 * 1024];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        note(buffer, read);
      }
    } catch (IOException e) {
      log.debug("the output of {} broke off", child, e);
    } finally {
      ended.countDown();
    }
  }

  /** Waits until all was read of a child that has ended; programs it left may hold it up. */
  boolean awaitEnd(long millis) throws InterruptedException {
    return ended.await(millis, TimeUnit.MILLISECONDS);
  }

  private synchronized void note(byte[] bytes, int length) {
    long before = total - begin;
    if (before < LOGGED) {
      int logged = (int) Math.min(length, LOGGED - before);
      String text = new String(bytes, 0, logged, StandardCharsets.UTF_8).stripTrailing();
      log.info("{} {}: {}", child, task, text);
      if (before + length >= LOGGED) {
        log.warn("{} {}: prints more than {} bytes; the rest is not logged", child, task, LOGGED);
      }
    }
    int from = Math.max(0, length - KEPT);
    for (int i = from; i < length; i++) {
      ring[(int) ((total + i) % KEPT)] = bytes[i];
    }
    total += length;
  }

  /** The last that the current task printed, at most 8 KiB. */
  synchronized String last() {
    int length = (int) Math.min(KEPT, total - begin);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = ring[(int) ((total - length + i) % KEPT)];
    }
    return new String(bytes, StandardCharsets.UTF_8).strip();
  }

  /** How many bytes the current task printed. */
  synchronized long printed() {
    return total - begin;
  }
}
