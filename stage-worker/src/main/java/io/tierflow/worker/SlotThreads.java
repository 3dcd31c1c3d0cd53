package io.tierflow.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of a worker's slots, from their start until they are waited for. Thread-safe. */
final class SlotThreads {

  private static final Logger log = LoggerFactory.getLogger(SlotThreads.class);

  /** How long slots may take, once the grace time and that of cancelled tasks are over. */
  private static final Duration LET_GO = Duration.ofSeconds(6);

  private static final Duration MOMENT = Duration.ofSeconds(1);

  private final int count;
  private final Duration grace;
  private final StopSignal stop;
  private final WorkerClock clock;
  private final CountDownLatch subscribed;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  /**
   * None is started yet.
   *
   * @param grace how long running tasks may take once the worker is stopped
   * @param stop is told when that is over
   */
  SlotThreads(int count, Duration grace, StopSignal stop, WorkerClock clock) {
    this.count = count;
    this.grace = grace;
    this.stop = stop;
    this.clock = clock;
    this.subscribed = new CountDownLatch(count);
  }

  /**
   * Starts all.
   *
   * @param slot makes one, of what it counts down once it has subscribed, and its name
   */
  void start(BiFunction<CountDownLatch, String, Runnable> slot) {
    for (int i = 1; i <= count; i++) {
      String name = "slot-" + i;
      Thread thread = new Thread(slot.apply(subscribed, name), name);
      threads.add(thread);
      thread.start();
    }
  }

  boolean allSubscribed() {
    return subscribed.getCount() == 0;
  }

  /** Waits until every slot has subscribed; false if the time was over first. */
  boolean awaitSubscribed(Duration time) throws InterruptedException {
    return subscribed.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Waits until all have ended: for the grace time, then until they have given back what they had,
   * which takes no longer than a moment where no broker answers. True if this thread was
   * interrupted meanwhile.
   */
  boolean drain(Connections open) {
    try {
      if (!join(grace)) {
        log.warn("tasks still run after {}: they are cancelled and given back", grace);
        stop.endGrace();
        boolean answered = open.brokersAnswer();
        if (!join(answered ? open.parts().cancelLimit().plus(LET_GO) : MOMENT)) {
          log.error(
              "slots did not end{}: their tasks will be delivered again",
              answered ? "" : ", for no broker answers");
          threads.forEach(Thread::interrupt);
          join(MOMENT);
        }
      }
      return false;
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      return true;
    }
  }

  private boolean join(Duration time) throws InterruptedException {
    long end = clock.nano() + time.toNanos();
    for (Thread thread : threads) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - clock.nano());
      thread.join(Math.max(1, left)); // 0 would wait for ever
      if (thread.isAlive()) {
        return false;
      }
    }
    return true;
  }
}
