package io.tierflow.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a child JVM when its parent is gone.
 *
 * <p>A child's standard input is a pipe whose other end only the parent holds. The system closes it
 * when the parent ends, in whatever way, so the child's read returns: that cannot be missed, unlike
 * a signal, and costs nothing, unlike asking for the parent's process id again and again.
 */
public final class ParentWatch {

  /** System property set for children: the parent's process id. */
  static final String PARENT_PROPERTY = "tierflow.parent";

  /** As if the parent had terminated it, which it may be doing at this very moment. */
  private static final int TERMINATED = 143;

  private static final Logger LOG = LoggerFactory.getLogger(ParentWatch.class);

  /** How long an orderly end may take once the parent is gone. */
  private static final Duration END_LIMIT = Duration.ofSeconds(15);

  private ParentWatch() {}

  /** Begins to watch if this JVM was started as a child; otherwise does nothing. */
  public static void startIfChild() {
    String parent = System.getProperty(PARENT_PROPERTY);
    if (parent != null) {
      daemon(() -> endWith(parent), "parent-watch");
    }
  }

  private static void endWith(String parent) {
    try {
      while (System.in.read() >= 0) {
        // A parent writes nothing; only the end matters.
      }
    } catch (IOException e) {
      LOG.debug("the pipe from process {} broke", parent, e);
    }
    LOG.warn("process {}, which started this one, is gone: ending", parent);
    daemon(ParentWatch::haltAfterLimit, "parent-watch-limit");
    System.exit(TERMINATED);
  }

  private static void haltAfterLimit() {
    try {
      new CountDownLatch(1).await(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }

  private static void daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
