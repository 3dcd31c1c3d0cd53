package io.tierflow.worker;

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

  /** Tasks put off since their handler is not here. */
  final AtomicLong lacking = new AtomicLong();

  /** Threads given up that still run; one that ends after all is taken off. */
  final AtomicInteger abandoned = new AtomicInteger();
}
