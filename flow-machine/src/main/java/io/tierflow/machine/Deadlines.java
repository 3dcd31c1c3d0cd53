package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Schedule;
import io.tierflow.flow.Stage;
import io.tierflow.flow.file.DurationText;
import io.tierflow.machine.Decision.Outcome;
import io.tierflow.machine.schedule.ScheduledAt;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a deadline means when it comes, and when each is kept. */
final class Deadlines {

  private Deadlines() {}

  /** Those of the run as a whole. */
  static List<Deadline> ofRun(Scratch run) {
    RunRecord record = run.run().orElseThrow();
    Flow flow = run.plan.flow();
    Optional<Instant> deadline =
        flow.deadline()
            .or(() -> Budgets.limit(record, Budget.Kind.DEADLINE, null))
            .map(record.submittedAt()::plus);
    return Stream.concat(
            deadline.map(at -> new Deadline(Deadline.Kind.RUN, null, 0, at)).stream(),
            scheduleDue(flow, record)
                .map(at -> new Deadline(Deadline.Kind.SCHEDULE, null, 0, at))
                .stream())
        .toList();
  }

  // A replay has its labels from the run that it replays, but comes when somebody asks for it.
  private static Optional<Instant> scheduleDue(Flow flow, RunRecord record) {
    return flow.schedule()
        .flatMap(Schedule::completeWithin)
        .filter(within -> record.replayOf() == null)
        .flatMap(within -> ScheduledAt.of(record.labels()).map(due -> due.plus(within)));
  }

  static Deadline ofRetry(TaskKey task, StageRecord.Retry retry) {
    return new Deadline(Deadline.Kind.RETRY, task, retry.attempt(), retry.dueAt());
  }

  static void keepHeartbeat(Scratch run, TaskKey task) {
    Attempt attempt = run.stage(task).orElseThrow().current().orElseThrow();
    run.keep(
        new Deadline(Deadline.Kind.HEARTBEAT, task, attempt.number(), attempt.lease().dueAt()));
  }

  /** Flags that an attempt's completion is missing. */
  static void flag(Scratch run, MissingRecord.Reason reason, TaskKey task, Attempt attempt) {
    run.emit(
        new Event.MissingFlagged(
            MissingRecord.Flag.raised(reason, task, Optional.of(attempt), run.now, run.cause)));
  }

  /** Clears what stands flagged of a task. */
  static void clearMissing(Scratch run, TaskKey task) {
    run.missing().open(task).forEach(flag -> run.emit(new Event.MissingCleared(flag)));
  }

  /** Clears what stands flagged of tasks that have ended: a crash may have kept only their ends. */
  static void clearEnded(Scratch run) {
    run.missing().open().stream()
        .filter(flag -> flag.task() != null)
        .filter(flag -> hasEnded(run, flag.task()) || hasEnded(run, flag.task().whole()))
        .forEach(flag -> run.emit(new Event.MissingCleared(flag)));
  }

  private static boolean hasEnded(Scratch run, TaskKey task) {
    return run.stage(task).filter(record -> record.state().isTerminal()).isPresent();
  }

  /** Clears whatever stands flagged: a run that ends, or is removed, misses nothing any more. */
  static void clearAllMissing(Scratch run) {
    run.missing().open().forEach(flag -> run.emit(new Event.MissingCleared(flag)));
  }

  static Decision reached(Scratch run, Input.DeadlineReached reached) {
    Deadline deadline = reached.deadline();
    run.forget(deadline);
    if (deadline.kind() == Deadline.Kind.PRUNE) {
      return Retention.reached(run, deadline);
    }
    if (deadline.kind() == Deadline.Kind.CHECK) {
      return Checks.reached(run, reached);
    }
    if (deadline.kind() == Deadline.Kind.RUN) {
      return overdue(run, MissingRecord.Reason.RUN_OVERDUE);
    }
    if (deadline.kind() == Deadline.Kind.SCHEDULE) {
      return overdue(run, MissingRecord.Reason.SCHEDULE_MISSED);
    }
    TaskKey task = deadline.task();
    if (run.plan.find(task).isEmpty() || run.stage(task).isEmpty()) {
      return run.decided(Outcome.STALE);
    }
    if (task.isElement()) {
      FanOuts.trustCounts(run, task.whole());
    }
    StageRecord record = run.stage(task).orElseThrow();
    if (record.attempts().stream().anyMatch(a -> run.cause.equals(a.cause()))
        || run.cause.equals(record.cause())) {
      Repeats.element(run, task);
      clearEnded(run);
      return RunMachine.repeated(run);
    }
    if (RunMachine.isClosed(run, task)) {
      return run.decided(Outcome.STALE);
    }
    return switch (deadline.kind()) {
      case RETRY -> retry(run, deadline, record);
      case HEARTBEAT -> heartbeat(run, deadline, record);
      case CHECK, RUN, SCHEDULE, PRUNE -> throw new IllegalStateException("handled above");
    };
  }

  private static Decision retry(Scratch run, Deadline deadline, StageRecord record) {
    StageRecord.Retry retry = record.retry();
    if (record.state() != StageState.RETRYING
        || retry == null
        || retry.attempt() != deadline.attempt()) {
      return run.decided(Outcome.STALE);
    }
    if (run.isPaused()) {
      return run.decided(Outcome.ACCEPTED); // it is kept again when the run goes on
    }
    Stage stage = run.plan.stage(deadline.task());
    if (Totals.end(stage, record).filter(end -> !run.now.isBefore(end)).isPresent()) {
      Totals.reached(run, deadline.task(), stage, record); // the timer came late
      return run.decided(Outcome.ACCEPTED);
    }
    Advance.dispatch(run, deadline.task(), retry.attempt(), retry.resourceClass());
    return run.decided(Outcome.ACCEPTED);
  }

  private static Decision heartbeat(Scratch run, Deadline deadline, StageRecord record) {
    // A crash may have kept the timer of an attempt that it took back.
    Optional<Attempt> leased =
        record
            .current()
            .filter(it -> it.number() == deadline.attempt())
            .filter(it -> it.state() == StageState.RUNNING && it.lease() != null);
    if (leased.isEmpty()) {
      return run.decided(Outcome.STALE);
    }
    Attempt attempt = leased.get();
    // Only the timer of this very lease says that it ran out, whatever any clock says now: what is
    // read late, after a takeover for one, would find a silence that was none when its timer came.
    // What was heard since may lie behind it, unread.
    if (!attempt.lease().dueAt().equals(deadline.dueAt())) {
      keepHeartbeat(run, deadline.task());
      return run.decided(Outcome.ACCEPTED);
    }
    flag(run, MissingRecord.Reason.HEARTBEAT_LOST, deadline.task(), attempt);
    Failure lost =
        Failure.of(
            FailureKind.WORKER_LOST,
            "no heartbeat of "
                + attempt.worker()
                + " for "
                + DurationText.format(attempt.lease().timeout()));
    RunMachine.failed(
        run,
        deadline.task(),
        attempt.number(),
        // The same whenever this is decided, and by whom: it may be decided again after a crash.
        new Attempt.Ending(null, null, attempt.lease().dueAt(), null, lost));
    // The flag stands until the next attempt is heard of, or the stage is given up.
    return run.decided(Outcome.ACCEPTED);
  }

  private static Decision overdue(Scratch run, MissingRecord.Reason reason) {
    if (!run.missing().raisedBy(run.cause).isEmpty()) {
      Repeats.sendAgain(run);
      return run.decided(Outcome.REPEATED);
    }
    if (run.run().orElseThrow().state().isTerminal() || run.missing().has(reason, null, 0)) {
      return run.decided(Outcome.STALE);
    }
    run.emit(
        new Event.MissingFlagged(
            MissingRecord.Flag.raised(reason, null, Optional.empty(), run.now, run.cause)));
    return run.decided(Outcome.ACCEPTED);
  }
}
