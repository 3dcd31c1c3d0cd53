package io.tierflow.machine;

import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Pipeline;
import io.tierflow.machine.Decision.Outcome;
import io.tierflow.machine.MissingRecord.Flag;
import io.tierflow.machine.MissingRecord.Reason;
import io.tierflow.machine.MissingRecord.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Flags what waits for a lane that no live worker serves, or none with its handler and memory, and
 * clears it when a pool joins. What has begun under the broker's lock waits as well, unless its
 * worker is there to end it: nobody else would ever tell of it. What is flagged or cleared already
 * is said again: a repetition finds its change made, and its events may be lost.
 */
final class NoWorkers {

  private NoWorkers() {}

  static Decision gone(Scratch run, Input.PoolGone gone) {
    if (run.run().orElseThrow().state().isTerminal()) {
      return run.decided(Outcome.STALE);
    }
    boolean anything = false;
    boolean anyNew = false;
    for (TaskKey task : waiting(run, gone)) {
      Attempt attempt = run.stage(task).orElseThrow().current().orElseThrow();
      List<Flag> standing =
          run.missing().open(task).stream()
              .filter(f -> f.reason() == Reason.NO_WORKERS && task.equals(f.task()))
              .toList();
      if (!standing.isEmpty()) {
        standing.forEach(flag -> run.emit(new Event.MissingFlagged(flag)));
        anything = true;
      } else if (run.missing().hasRoom()) {
        // One that the entry cannot hold could not be cleared either.
        flag(run, task, attempt, gone.wanted());
        anyNew = true;
      }
    }
    return run.decided(outcome(anyNew, anything));
  }

  static Decision back(Scratch run, Input.PoolBack back) {
    List<Flag> ofLane =
        run.missing().flags().stream()
            .filter(f -> f.reason() == Reason.NO_WORKERS)
            .filter(f -> Objects.equals(f.lane(), back.lane()))
            .filter(f -> isBack(Optional.ofNullable(f.wanted()), back))
            .toList();
    List<Flag> open = ofLane.stream().filter(Flag::isOpen).toList();
    List<Flag> told =
        open.isEmpty()
            ? ofLane.stream().filter(f -> run.cause.equals(f.clearCause())).toList()
            : open;
    told.forEach(flag -> run.emit(new Event.MissingCleared(flag)));
    return run.decided(outcome(!open.isEmpty(), !told.isEmpty()));
  }

  private static boolean isBack(Optional<Wanted> wanted, Input.PoolBack back) {
    return wanted.isPresent()
        ? wanted.filter(it -> it.isFor(back.handler().orElse(""), back.memory())).isPresent()
        : back.handler().isEmpty();
  }

  /**
   * Clears what the reply of an attempt answers. A task that was put off is as it was: what its
   * lane lacked then is still to come, and so is who takes it up.
   */
  static void clearAnswered(Scratch run, Input.Reply reply) {
    run.missing().open(reply.task()).stream()
        .filter(flag -> !isLeftOpen(run, flag, reply))
        .forEach(flag -> run.emit(new Event.MissingCleared(flag)));
  }

  private static boolean isLeftOpen(Scratch run, Flag flag, Input.Reply reply) {
    return reply instanceof Input.Failed failed
        && failed.failure().kind() == FailureKind.DEFERRED
        && Retries.larger(run.plan.stage(reply.task()), flag.resourceClass(), failed.failure())
            .isEmpty()
        && (flag.isLack()
            || (flag.reason() == Reason.NOT_PICKED_UP && !failed.failure().isGivenBack()));
  }

  private static void flag(Scratch run, TaskKey task, Attempt attempt, Optional<Wanted> wanted) {
    Flag flag = Flag.raised(Reason.NO_WORKERS, task, Optional.of(attempt), run.now, run.cause);
    run.emit(new Event.MissingFlagged(wanted.map(flag::wanting).orElse(flag)));
  }

  private static Outcome outcome(boolean changed, boolean repeated) {
    if (changed) {
      return Outcome.ACCEPTED;
    }
    return repeated ? Outcome.REPEATED : Outcome.STALE;
  }

  private static List<TaskKey> waiting(Scratch run, Input.PoolGone gone) {
    List<TaskKey> waiting = new ArrayList<>();
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      pipeline
          .stages()
          .filter(
              stage ->
                  gone.wanted().filter(it -> !it.isFor(stage.handler(), stage.memory())).isEmpty())
          .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
          .forEach(task -> addWaiting(run, task, gone, waiting));
    }
    return waiting;
  }

  private static void addWaiting(
      Scratch run, TaskKey task, Input.PoolGone gone, List<TaskKey> waiting) {
    run.stage(task)
        .filter(record -> isWaiting(record, gone))
        .filter(record -> !climbs(run, task, record, gone))
        .ifPresent(it -> waiting.add(task));
    run.stage(task)
        .filter(record -> record.fanOut() != null && !record.state().isTerminal())
        .ifPresent(
            whole ->
                run.forEachElement(
                    task,
                    (index, record) -> {
                      if (isWaiting(record, gone) && !climbs(run, task, record, gone)) {
                        waiting.add(task.element(index));
                      }
                    }));
  }

  // What is too large here goes up as soon as a worker has said so.
  private static boolean climbs(
      Scratch run, TaskKey task, StageRecord record, Input.PoolGone gone) {
    return gone.wanted().filter(Wanted::tooLarge).isPresent()
        && record
            .current()
            .flatMap(attempt -> run.plan.stage(task).largerThan(attempt.resourceClass()))
            .isPresent();
  }

  private static boolean isWaiting(StageRecord record, Input.PoolGone gone) {
    return (isLeftToItsLane(record) || (gone.wanted().isPresent() && isPutOff(record)))
        && record
            .current()
            .filter(attempt -> attempt.lane().equals(gone.lane()))
            .filter(attempt -> !isStillWorkedOn(attempt, gone))
            .isPresent();
  }

  // Its worker takes nothing new, but ends this. Should it not, that it is gone is told as well.
  private static boolean isStillWorkedOn(Attempt attempt, Input.PoolGone gone) {
    return attempt.isUnderItsLock() && gone.stopping().contains(attempt.worker());
  }

  private static boolean isLeftToItsLane(StageRecord record) {
    return record.leftToItsLane().isPresent() && !Holds.isHeld(record);
  }

  // A worker that lacks the handler may have said so before this was heard.
  private static boolean isPutOff(StageRecord record) {
    return record.state() == StageState.RETRYING
        && record
            .current()
            .map(Attempt::failure)
            .filter(failure -> failure.kind() == FailureKind.DEFERRED)
            .isPresent();
  }
}
