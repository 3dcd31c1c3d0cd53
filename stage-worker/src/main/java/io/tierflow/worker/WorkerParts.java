package io.tierflow.worker;

import io.tierflow.handler.Handlers;

/** What all slots of a worker share; made once, by the worker. Every part is thread-safe. */
record WorkerParts(
    WorkerConfig config,
    WorkerClock clock,
    TaskReader tasks,
    TaskPayloads payloads,
    Handlers handlers,
    Replies replies,
    WorkerCounters counters,
    StopOrders orders,
    StopSignal stop,
    WindowPressure window) {

  /** Where what becomes of records is told. */
  record Replies(ReplyPublisher attempts, DeadLetters deadLetters) {}
}
