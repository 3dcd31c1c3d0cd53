package io.tierflow.worker;

import io.tierflow.worker.isolation.HandlerCalls;
import io.tierflow.worker.memory.Room;
import io.tierflow.worker.resilience.HandlerGuards;
import java.time.Duration;

/** What all slots of a worker share; made once, by the worker. Every part is thread-safe. */
record WorkerParts(
    WorkerConfig config,
    WorkerClock clock,
    TaskReader tasks,
    TaskPayloads payloads,
    HandlerCalls calls,
    Replies replies,
    WorkerCounters counters,
    StopOrders orders,
    PausedClasses pauses,
    Machine machine,
    HandlerGuards guards,
    StopSignal stop,
    WindowPressure window,
    Coordinator coordinator,
    Room room) {

  /** A child process is killed after the grace; then it takes a moment until all of it is gone. */
  private static final Duration KILL = Duration.ofSeconds(15);

  /** How long a cancelled call may take until it has ended, or its thread is given up. */
  Duration cancelLimit() {
    return config.isolation().isPresent() ? config.cancelGrace().plus(KILL) : config.cancelGrace();
  }

  /**
   * Whether nothing new is to be begun: the worker stops, its class is paused, or the machine that
   * it works on is away.
   */
  boolean takesNothing() {
    return stop.isStopping() || isPaused() || !machine.isThere();
  }

  /** Whether the worker's class is paused. */
  boolean isPaused() {
    return pauses.isPaused(config.resourceClass());
  }

  /** Where what becomes of records is told. */
  record Replies(ReplyPublisher attempts, DeadLetters deadLetters) {}
}
