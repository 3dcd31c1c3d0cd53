package io.tierflow.runner.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Steps a replay no faster than a rate, until it is done or is told to stop. {@link #stop} may be
 * called by any thread, all else by one.
 */
final class PacedReplay {

  private static final long STOP_SECONDS = 30;

  private final LetterReplay replay;
  private final Rate rate;
  private final InstantSource clock;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  PacedReplay(LetterReplay replay, Rate rate, InstantSource clock) {
    this.replay = replay;
    this.rate = rate;
    this.clock = clock;
  }

  /**
   * Goes through the selection.
   *
   * @param progress told after each step
   * @return whether it came to the end, and was not stopped
   */
  boolean run(Consumer<LetterReplay> progress) {
    Instant start = clock.instant();
    try {
      while (!replay.isDone() && stopping.getCount() > 0) {
        replay.step();
        progress.accept(replay);
        if (!replay.isDone() && !replay.isDry()) {
          pause(Duration.between(clock.instant(), start.plus(rate.timeFor(replay.sent()))));
        }
      }
      return replay.isDone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void pause(Duration time) throws InterruptedException {
    if (!time.isNegative()) {
      var unused = stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Lets the step under way end, and takes no other. */
  void stop() {
    stopping.countDown();
  }

  /** Everything has been said: whoever waits in {@link #stopAndAwait} may go. */
  void finished() {
    stopped.countDown();
  }

  /** For the thread that ends the process: stops, and waits until all has been said. */
  void stopAndAwait() {
    stop();
    try {
      var unused = stopped.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
