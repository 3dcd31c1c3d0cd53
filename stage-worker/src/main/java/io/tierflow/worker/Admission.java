package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.schemas.StageTask;
import io.tierflow.worker.resilience.Call;
import io.tierflow.worker.resilience.Entry;
import java.util.Optional;

/** What the guards of its handler say to an attempt. */
sealed interface Admission {

  /** It may begin. */
  record Granted(Admitted admitted) implements Admission {}

  /** The runner is to send it again later. */
  record PutOff(Failure failure) implements Admission {}

  /** The worker stops: the task goes back. */
  record Stopping() implements Admission {}

  /** Asks, and waits for the attempt's turn where its handler's rate is limited. */
  static Admission of(WorkerParts parts, Attempt attempt) throws InterruptedException {
    StageTask task = attempt.task();
    Entry entry = parts.guards().enter(task.getHandler(), task.getAttempt());
    if (entry instanceof Entry.Later later) {
      return new PutOff(
          new Failure(FailureKind.DEFERRED, later.why(), "", false, Optional.of(later.after())));
    }
    Call call = (Call) entry;
    if (!call.delay().isZero()) {
      parts.stop().pause(call.delay().plusNanos(999_999)); // it waits for whole milliseconds
      if (parts.stop().isStopping()) {
        call.close();
        return new Stopping();
      }
    }
    return new Granted(new Admitted(attempt, call));
  }
}
