package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.schemas.StageTask;
import io.tierflow.worker.resilience.Call;
import io.tierflow.worker.resilience.Caller;
import io.tierflow.worker.resilience.Entry;
import java.time.Duration;
import java.util.Optional;

/** What the guards of its handler say to an attempt. */
sealed interface Admission {

  /** How often the lock of a task that waits is looked at. */
  Duration LOOK = Duration.ofSeconds(1);

  /** It may begin. */
  record Granted(Admitted admitted) implements Admission {}

  /** The runner is to send it again later. */
  record PutOff(Failure failure) implements Admission {}

  /** The worker stops: the task goes back. */
  record Stopping() implements Admission {}

  /**
   * Asks, and waits for the attempt's turn where its handler's rate or number is limited.
   *
   * @param keep done at least every second while it waits: keeps the lock of the task
   */
  static Admission of(WorkerParts parts, Attempt attempt, Runnable keep)
      throws InterruptedException {
    StageTask task = attempt.task();
    if (!parts.calls().has(task.getHandler())) {
      parts.counters().lacking.incrementAndGet();
      return new PutOff(WrongWorker.noHandler(task, parts.calls().names()));
    }
    if (!parts.room().canHold(task.getMemoryBytes())) {
      parts.counters().lacking.incrementAndGet();
      return new PutOff(WrongWorker.tooLarge(task, parts.room().largest()));
    }
    Entry entry =
        parts
            .guards()
            .enter(
                task.getHandler(),
                new Caller(
                    task.getTaskId(),
                    task.getAttempt(),
                    () -> {
                      keep.run();
                      return !parts.stop().isStopping();
                    }));
    if (entry instanceof Entry.Later later) {
      return parts.stop().isStopping()
          ? new Stopping()
          : new PutOff(
              new Failure(
                  FailureKind.DEFERRED, later.why(), "", false, Optional.of(later.after())));
    }
    Call call = (Call) entry;
    boolean granted = false;
    try {
      granted = hasItsTurn(parts, call, keep);
      return granted ? new Granted(new Admitted(attempt, call)) : new Stopping();
    } finally {
      if (!granted) {
        call.close();
      }
    }
  }

  /** Waits as long as the call is to be delayed; false if the worker stops first. */
  private static boolean hasItsTurn(WorkerParts parts, Call call, Runnable keep)
      throws InterruptedException {
    long end = parts.clock().nano() + call.delay().toNanos();
    long left = call.delay().toNanos();
    while (left > 0) {
      // It waits for whole milliseconds, rather one too many.
      parts.stop().pause(Duration.ofNanos(Math.min(left, LOOK.toNanos()) + 999_999));
      if (parts.stop().isStopping()) {
        return false;
      }
      keep.run();
      left = end - parts.clock().nano();
    }
    return true;
  }
}
