package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Stage;
import java.time.Instant;
import java.util.Optional;

/**
 * The time limit over all attempts of a task, waits included: it begins when the first attempt is
 * sent. Each element of a for-each has its own.
 */
final class Totals {

  private Totals() {}

  /** When a task must have ended; empty when it was never sent, or there is no such limit. */
  static Optional<Instant> end(Stage stage, StageRecord record) {
    // What a pause held back from the first was not sent either: its time begins when it is.
    return record.attempts().isEmpty() || record.attempts().get(0).state() == StageState.HELD
        ? Optional.empty()
        : stage.timeouts().total().map(record.attempts().get(0).queuedAt()::plus);
  }

  /** Why a failure is the last one when an attempt after it would come too late. */
  static Failure last(Stage stage, Failure failure) {
    return new Failure(
        failure.kind(),
        failure.message()
            + " (not tried again: that would be past the total timeout of "
            + stage.timeouts().total().orElseThrow()
            + ")",
        failure.detail(),
        failure.permanent(),
        failure.retryAfter());
  }

  /** Ends a task whose time is up: a running attempt is given up, and a waiting one never sent. */
  static void reached(Scratch run, TaskKey task, Stage stage, StageRecord record) {
    Attempt newest = record.current().orElseThrow();
    Failure failure =
        new Failure(
            FailureKind.TIMED_OUT,
            "not done "
                + stage.timeouts().total().orElseThrow()
                + " after its first attempt was sent, in "
                + record.attempts().size()
                + " of "
                + stage.retry().attempts()
                + " attempts",
            "",
            true,
            Optional.empty());
    if (newest.state().isTerminal()) {
      Optional.ofNullable(record.retry()).ifPresent(r -> run.forget(Deadlines.ofRetry(task, r)));
      RunMachine.givenUp(run, task, failure);
    } else {
      RunMachine.failed(
          run, task, newest.number(), new Attempt.Ending(null, null, run.now, null, failure));
    }
  }
}
