package io.tierflow.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tierflow.worker.memory.Room;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a worker counts over all of its slots. */
final class WorkerCounters {

  final AtomicInteger busy = new AtomicInteger();
  final AtomicLong succeeded = new AtomicLong();
  final AtomicLong failed = new AtomicLong();

  /** Attempts ended here since they no longer counted. */
  final AtomicLong stopped = new AtomicLong();

  /** Tasks never begun here since they no longer counted. */
  final AtomicLong skipped = new AtomicLong();

  /** Tasks put off since their handler, or so much memory, is not here. */
  final AtomicLong lacking = new AtomicLong();

  /** Threads given up that still run; one that ends after all is taken off. */
  final AtomicInteger abandoned = new AtomicInteger();

  private final CompositeMeterRegistry registries = new CompositeMeterRegistry();

  /** A handler's attempt was ended since it ran longer than it may. */
  void timedOut(String handler) {
    Counter.builder("tierflow.worker.timeouts")
        .description("Attempts ended at their run timeout or their handler's time limit")
        .tag("handler", handler)
        .register(registries)
        .increment();
  }

  /** A handler's attempt has ended, which made so many calls to the outside once more. */
  void retried(String handler, int times) {
    if (times > 0) {
      Counter.builder("tierflow.worker.retries")
          .description("Calls to the outside that handlers made once more within an attempt")
          .tag("handler", handler)
          .register(registries)
          .increment(times);
    }
  }

  /** Lets a registry see them. */
  void bindTo(MeterRegistry meters, int slots, Room room) {
    registries.add(meters);
    Gauge.builder("tierflow.worker.slots", () -> slots)
        .description("Tasks that may run at once")
        .register(meters);
    Gauge.builder("tierflow.worker.busy", busy, AtomicInteger::get)
        .description("Slots at work")
        .register(meters);
    Gauge.builder("tierflow.worker.waiting", room, Room::waiting)
        .description("Slots whose tasks wait for memory")
        .register(meters);
    Gauge.builder("tierflow.worker.abandoned.threads", abandoned, AtomicInteger::get)
        .description("Threads of cancelled tasks that still run")
        .register(meters);
    tasks(meters, "succeeded", succeeded);
    tasks(meters, "failed", failed);
    tasks(meters, "stopped", stopped);
    tasks(meters, "skipped", skipped);
    tasks(meters, "lacking", lacking);
  }

  private static void tasks(MeterRegistry meters, String how, AtomicLong count) {
    FunctionCounter.builder("tierflow.worker.tasks", count, AtomicLong::get)
        .description("Tasks taken, by what became of them")
        .tag("how", how)
        .register(meters);
  }
}
