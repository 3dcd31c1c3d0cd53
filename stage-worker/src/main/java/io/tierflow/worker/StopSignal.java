package io.tierflow.worker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells the slots to take nothing new, and later to let go of what still runs. Thread-safe. */
final class StopSignal {

  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean graceOver;

  void stop() {
    stopping.countDown();
  }

  void endGrace() {
    graceOver = true;
  }

  boolean isStopping() {
    return stopping.getCount() == 0;
  }

  boolean isGraceOver() {
    return graceOver;
  }

  /** Waits, but no longer than until the stop. */
  void pause(Duration time) throws InterruptedException {
    if (stopping.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      return; // the caller's loop looks at isStopping()
    }
  }
}
