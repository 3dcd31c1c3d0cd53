package io.tierflow.worker.resilience;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whom to blame for a failure while a breaker is not closed: what the handler calls, or the task
 * itself. Knows no clock: it is given a steady count of nanoseconds. Thread-safe.
 */
final class Blames {

  /** How many tasks are remembered: some 2 MB. */
  static final int MOST = 10_000;

  /** Who is to blame. */
  enum Blame {
    /** What the handler calls: the task is to wait. */
    CALLED,
    /** Either: other tasks do no better, but this one has had its time. */
    EITHER,
    /** The task: others succeeded since it failed last. */
    TASK
  }

  private record Failed(long first, long last) {}

  private final long patience;
  private final Map<String, Failed> tasks = new LinkedHashMap<>(); // guarded by this, as below
  private boolean succeeded;
  private long succeededAt;

  /**
   * Blames nobody yet.
   *
   * @param patience how long the failures of one task are put down to what its handler calls
   */
  Blames(Duration patience) {
    this.patience = patience.toNanos();
  }

  /** A task succeeded: whatever failed before and fails again has itself to blame. */
  synchronized void succeeded(String task, long now) {
    succeeded = true;
    succeededAt = now;
    tasks.remove(task);
  }

  /** A task failed. */
  synchronized Blame failed(String task, long now) {
    Failed before = tasks.remove(task); // put again, it is the newest
    tasks.put(task, new Failed(before == null ? now : before.first(), now));
    forget();
    if (before == null) {
      return Blame.CALLED;
    }
    if (succeeded && succeededAt - before.last() > 0) {
      return Blame.TASK;
    }
    return now - before.first() < patience ? Blame.CALLED : Blame.EITHER;
  }

  private void forget() {
    Iterator<Failed> oldest = tasks.values().iterator();
    while (tasks.size() > MOST) {
      oldest.next();
      oldest.remove();
    }
  }
}
