package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.machine.Decision.Outcome;
import io.tierflow.machine.MissingRecord.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks at what is out of a run: flags what was not taken in time and what runs too long, and gives
 * up what its topic has lost and what is past its total timeout. One timer per run does for all its
 * tasks, so that a short task costs none of its own. It comes as often as the shortest limit of the
 * flow, so whatever is sent after a look is late at the next one at the earliest, and then looked
 * at to the moment.
 */
final class Checks {

  /** How long a task may wait for a worker where its flow does not say. */
  static final Duration DEFAULT_QUEUE = Duration.ofMinutes(5);

  /** What a worker may take to stop an attempt at its run timeout and to tell. */
  static final Duration STOPPING = Duration.ofSeconds(10);

  /** What the clocks of the topic and of the runner may be apart. */
  static final Duration CLOCKS = Duration.ofSeconds(10);

  /** When a worker has the runner take over the lease, where neither it nor the flow says. */
  private static final Duration HAND_OVER = Duration.ofMinutes(1);

  /**
   * The longest lock that a broker gives as shipped (60 s), and 30 s for another to take the task.
   */
  private static final Duration LOCK = Duration.ofSeconds(90);

  // The attempt of a look's deadline: whether the look before it found nothing out.
  private static final int FIRST = 0;
  private static final int CONFIRMING = 1;

  private static final Duration LEAST = Duration.ofMillis(10);

  private Checks() {}

  /** The next look, when nothing is out that is late before. */
  static Deadline next(Scratch run, Instant from) {
    return at(from.plus(interval(run)), FIRST);
  }

  private static Deadline at(Instant due, int look) {
    return new Deadline(Deadline.Kind.CHECK, null, look, due);
  }

  private static Duration interval(Scratch run) {
    return run.plan.flow().pipelines().stream()
        .flatMap(p -> p.stages().map(stage -> shortest(run, TaskKey.of(p.name(), stage.name()))))
        .reduce(DEFAULT_QUEUE, Checks::shorter);
  }

  private static Duration shortest(Scratch run, TaskKey task) {
    Stage stage = run.plan.stage(task);
    return Stream.of(stage.timeouts().total(), overdue(run, task))
        .flatMap(Optional::stream)
        .reduce(queue(run, task), Checks::shorter);
  }

  private static Duration queue(Scratch run, TaskKey task) {
    return run.plan
        .stage(task)
        .timeouts()
        .queue()
        .or(() -> Budgets.limit(run.run().orElseThrow(), Budget.Kind.QUEUE, task))
        .orElse(DEFAULT_QUEUE);
  }

  /** How long after its start an attempt that has not ended is flagged. */
  private static Optional<Duration> overdue(Scratch run, TaskKey task) {
    return run.plan
        .stage(task)
        .timeouts()
        .run()
        .map(stopped -> stopped.plus(STOPPING))
        .or(() -> Budgets.limit(run.run().orElseThrow(), Budget.Kind.RUN, task));
  }

  private static Duration shorter(Duration a, Duration b) {
    Duration less = a.compareTo(b) < 0 ? a : b;
    return less.compareTo(LEAST) < 0 ? LEAST : less;
  }

  static Decision reached(Scratch run, Input.DeadlineReached reached) {
    RunRecord record = run.run().orElseThrow();
    if (record.state().isTerminal()) {
      if (!run.cause.equals(record.cause())) {
        return Audit.atRest(run);
      }
      Repeats.sendAgain(run);
      return run.decided(Outcome.REPEATED);
    }
    Repeats.sendAgain(run);
    Deadlines.clearEnded(run);
    int before = run.changes();
    Look look = new Look(run, reached);
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      for (Stage stage : pipeline.stages().toList()) {
        look.at(TaskKey.of(pipeline.name(), stage.name()), stage);
      }
    }
    if (run.hasEnded()) {
      return run.decided(Outcome.ACCEPTED);
    }
    if (look.out || run.isPaused() || run.changes() > before) {
      Stuck.clear(run);
      run.keep(at(look.next, FIRST));
    } else if (reached.deadline().attempt() == FIRST) {
      run.keep(at(run.now.plus(Stuck.CONFIRM), CONFIRMING));
    } else {
      Stuck.repair(run);
      if (!run.hasEnded()) {
        run.keep(at(look.next, FIRST));
      }
    }
    return run.decided(run.changes() == before ? Outcome.REPEATED : Outcome.ACCEPTED);
  }

  private static final class Look {
    private final Scratch run;
    private final Input.DeadlineReached reached;
    private Instant next;
    private boolean out;

    Look(Scratch run, Input.DeadlineReached reached) {
      this.run = run;
      this.reached = reached;
      this.next = run.now.plus(interval(run));
    }

    void at(TaskKey task, Stage stage) {
      StageRecord record = run.stage(task).orElse(null);
      if (record == null || isOver(task, record)) {
        return;
      }
      if (record.fanOut() == null) {
        at(task, stage, record);
        return;
      }
      FanOuts.trustCounts(run, task);
      run.forEachElement(
          task,
          (index, element) -> {
            // An element that was given up may have ended the others.
            if (!isOver(task.element(index), element)) {
              at(task.element(index), stage, element);
            }
          });
      whole(task);
    }

    // Elements that were not begun since something held them: by now it may be free.
    private void whole(TaskKey task) {
      StageRecord record = run.stage(task).orElseThrow();
      if (record.fanOut().heldFor() != null && !isOver(task, record)) {
        out = true;
        FanOuts.turn(run, task, 0);
      }
    }

    // What this very look ended before a crash may have lost what follows from that.
    private boolean isOver(TaskKey task, StageRecord record) {
      if (record.state().isTerminal() && run.cause.equals(record.cause())) {
        Advance.after(run, task);
      }
      return record.state().isTerminal() || RunMachine.isClosed(run, task);
    }

    private void at(TaskKey task, Stage stage, StageRecord record) {
      out |= Stuck.isOut(record);
      Instant end = Totals.end(stage, record).orElse(Instant.MAX);
      if (run.now.isBefore(end)) {
        next = end.isBefore(next) ? end : next;
        open(task, record);
      } else {
        Totals.reached(run, task, stage, record);
      }
    }

    private void open(TaskKey task, StageRecord record) {
      if (Holds.isHeld(record)) {
        Holds.send(run, task, record); // by now it may be free
      } else if (record.state() != StageState.RETRYING) {
        record.current().ifPresent(attempt -> at(task, record, attempt));
      } else if (record.retry() != null && !run.isPaused()) {
        if (isLost(record.retry().dueAt())) {
          run.keep(Deadlines.ofRetry(task, record.retry()));
        }
        record.current().filter(Attempt::wasPutOff).ifPresent(it -> putOff(task, record, it));
      }
    }

    private void putOff(TaskKey task, StageRecord record, Attempt attempt) {
      Instant soon = attempt.queuedAt().plus(queue(run, task.whole()));
      if (!soon.isBefore(record.retry().dueAt())
          && !reached.pausedClasses().contains(attempt.resourceClass())) {
        late(Reason.NOT_PICKED_UP, task, attempt, pickedUp(task, record));
      }
    }

    private Instant pickedUp(TaskKey task, StageRecord record) {
      Duration queue = queue(run, task.whole());
      return record.waitsSince(queue).orElseThrow().plus(queue);
    }

    private void at(TaskKey task, StageRecord record, Attempt attempt) {
      if (attempt.state().isTerminal()) {
        return;
      }
      if (attempt.lease() != null) {
        runsLong(task, attempt); // that its worker is there, its heartbeats tell
        if (isLost(attempt.lease().dueAt())) {
          Deadlines.keepHeartbeat(run, task);
        }
        return;
      }
      Instant served = reached.servedUpTo().get(attempt.lane());
      if (served != null && attempt.sent().plus(CLOCKS).isBefore(served)) {
        giveUp(task, attempt);
        return;
      }
      if (attempt.state() != StageState.QUEUED) {
        runsLong(task, attempt);
      }
      if (!reached.pausedClasses().contains(attempt.resourceClass())) {
        late(Reason.NOT_PICKED_UP, task, attempt, told(task, record, attempt));
      }
    }

    // By when somebody must have told of one that nobody handed over: that it has begun, or, if it
    // has, that it is handed over or has ended.
    private Instant told(TaskKey task, StageRecord record, Attempt attempt) {
      return attempt.state() == StageState.QUEUED
          ? pickedUp(task, record)
          : attempt.began().plus(handOver(task, attempt)).plus(LOCK);
    }

    private Duration handOver(TaskKey task, Attempt attempt) {
      return attempt.handOver() != null
          ? attempt.handOver()
          : run.plan.stage(task).timeouts().handOver().orElse(HAND_OVER);
    }

    private void runsLong(TaskKey task, Attempt attempt) {
      overdue(run, task.whole())
          .ifPresent(most -> late(Reason.OVERDUE, task, attempt, attempt.began().plus(most)));
    }

    // A timer that is long past and was not heard of: it is kept again, which harms no other.
    private boolean isLost(Instant due) {
      return due.plus(Stuck.CONFIRM).isBefore(run.now);
    }

    private void late(Reason reason, TaskKey task, Attempt attempt, Instant due) {
      if (run.now.isBefore(due)) {
        next = due.isBefore(next) ? due : next;
      } else if (!run.missing().hasSince(reason, task, attempt.number(), due)
          && !(reason == Reason.NOT_PICKED_UP && isSaid(task))) {
        Deadlines.flag(run, reason, task, attempt);
      }
    }

    // Of an earlier attempt that was put off, or that its lane lacks its handler.
    private boolean isSaid(TaskKey task) {
      return run.missing().open(task).stream()
          .filter(flag -> task.equals(flag.task()))
          .anyMatch(flag -> flag.reason() == Reason.NOT_PICKED_UP || flag.isLack());
    }

    // Its workers died with it, or the topic was cut: the next attempt, up to the bound of those.
    // It is flagged until that one is heard of, as a lost heartbeat is.
    private void giveUp(TaskKey task, Attempt attempt) {
      if (!isSaid(task)) {
        Deadlines.flag(run, Reason.NOT_PICKED_UP, task, attempt);
      }
      RunMachine.failed(
          run,
          task,
          attempt.number(),
          new Attempt.Ending(
              null,
              null,
              run.now,
              null,
              Failure.of(
                  FailureKind.WORKER_LOST,
                  "the tasks of class "
                      + attempt.lane()
                      + " no longer have it, and nobody told how it ended")));
    }
  }
}
