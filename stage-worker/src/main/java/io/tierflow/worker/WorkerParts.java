package io.tierflow.worker;

/** What all slots of a worker share; made once, by the worker. Every part is thread-safe. */
record WorkerParts(
    WorkerConfig config,
    WorkerClock clock,
    TaskReader tasks,
    TaskHandlers handlers,
    Replies replies,
    WorkerCounters counters,
    StopSignal stop,
    WindowPressure window) {

  /** Where what becomes of records is told. */
  record Replies(ReplyPublisher attempts, DeadLetters deadLetters) {}
}
