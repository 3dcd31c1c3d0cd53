package io.tierflow.benchmarks;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A load that never lets a system rest: a new run is submitted whenever one ends. */
final class Backlog {

  /** Enough to keep every batch full, and well inside the window of 10,000 records in flight. */
  private static final int RUNS_IN_FLIGHT = 2_000;

  private static final long SILENCE_SECONDS = 60;

  private final Clocks clocks;
  private final RunClient client;
  private final Semaphore room = new Semaphore(RUNS_IN_FLIGHT);
  private final AtomicLong ended = new AtomicLong();

  Backlog(Clocks clocks, RunClient client) {
    this.clocks = clocks;
    this.client = client;
    client.listen(
        (run, nanos) -> {
          ended.incrementAndGet();
          room.release();
        });
  }

  /** Submits for a time; when it returns, as many runs as ever are in flight. */
  void submitFor(Duration time) throws InterruptedException {
    long end = clocks.nano() + time.toNanos();
    while (clocks.nano() < end) {
      acquire(1);
      client.submit(Rig.freshRunId());
    }
  }

  /** How many runs have ended so far. */
  long ended() {
    return ended.get();
  }

  /**
   * Waits until all have ended.
   *
   * @throws IllegalStateException if one does not: nothing may be lost
   */
  void awaitEnd() throws InterruptedException {
    acquire(RUNS_IN_FLIGHT);
  }

  private void acquire(int permits) throws InterruptedException {
    if (!room.tryAcquire(permits, SILENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "runs in flight: found "
              + (RUNS_IN_FLIGHT - room.availablePermits())
              + " that did not end within "
              + SILENCE_SECONDS
              + " s");
    }
  }
}
