package io.tierflow.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Sends at a fixed rate, whether or not answers come. What is late is sent at once, and its latency
 * counts from when it should have been sent: a slow system cannot slow its load down.
 */
final class OpenLoop {

  /** Waits; tests step a clock instead. */
  interface Sleeper {
    void sleep(long nanos) throws InterruptedException;
  }

  private final Clocks clocks;
  private final Sleeper sleeper;

  OpenLoop(Clocks clocks, Sleeper sleeper) {
    this.clocks = clocks;
    this.sleeper = sleeper;
  }

  /**
   * Sends for a time.
   *
   * @param perSecond how many a second, 1 or more
   * @param send given the time each should have been sent, in the clocks' nanoseconds
   */
  void run(int perSecond, Duration time, LongConsumer send) throws InterruptedException {
    long start = clocks.nano();
    long count = Math.max(1, time.toNanos() * perSecond / TimeUnit.SECONDS.toNanos(1));
    for (long i = 0; i < count; i++) {
      long scheduled = start + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
      long early = scheduled - clocks.nano();
      if (early > 0) {
        sleeper.sleep(early);
      }
      send.accept(scheduled);
    }
  }
}
