package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.machine.Decision.Outcome;
import io.tierflow.machine.MissingRecord.Flag;
import io.tierflow.machine.MissingRecord.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Flags what waits for a lane that no live worker serves, and clears it when a pool joins. What is
 * flagged or cleared already is said again: a repetition finds its change made, and its events may
 * be lost.
 */
final class NoWorkers {

  private NoWorkers() {}

  static Decision gone(Scratch run, String lane) {
    if (run.run().orElseThrow().state().isTerminal()) {
      return run.decided(Outcome.STALE);
    }
    boolean anything = false;
    boolean anyNew = false;
    for (TaskKey task : queued(run, lane)) {
      Attempt attempt = run.stage(task).orElseThrow().current().orElseThrow();
      List<Flag> standing =
          run.missing().open(task).stream().filter(f -> isOf(f, attempt.number())).toList();
      if (!standing.isEmpty()) {
        standing.forEach(flag -> run.emit(new Event.MissingFlagged(flag)));
        anything = true;
      } else if (run.missing().hasRoom()) {
        // One that the entry cannot hold could not be cleared either.
        Deadlines.flag(run, Reason.NO_WORKERS, task, attempt);
        anyNew = true;
      }
    }
    return run.decided(outcome(anyNew, anything));
  }

  static Decision back(Scratch run, String lane) {
    List<Flag> ofLane =
        run.missing().flags().stream()
            .filter(f -> f.reason() == Reason.NO_WORKERS)
            .filter(f -> Objects.equals(f.lane(), lane))
            .toList();
    boolean anyOpen = ofLane.stream().anyMatch(Flag::isOpen);
    ofLane.forEach(flag -> run.emit(new Event.MissingCleared(flag)));
    return run.decided(outcome(anyOpen, !ofLane.isEmpty()));
  }

  private static boolean isOf(Flag flag, int attempt) {
    return flag.reason() == Reason.NO_WORKERS && flag.attempt() == attempt;
  }

  private static Outcome outcome(boolean changed, boolean repeated) {
    if (changed) {
      return Outcome.ACCEPTED;
    }
    return repeated ? Outcome.REPEATED : Outcome.STALE;
  }

  private static List<TaskKey> queued(Scratch run, String lane) {
    List<TaskKey> queued = new ArrayList<>();
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      pipeline
          .stages()
          .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
          .forEach(task -> addQueued(run, task, lane, queued));
    }
    return queued;
  }

  private static void addQueued(Scratch run, TaskKey task, String lane, List<TaskKey> queued) {
    run.stage(task)
        .filter(record -> isQueuedOn(record, lane))
        .ifPresent(record -> queued.add(task));
    run.stage(task)
        .filter(record -> record.fanOut() != null && !record.state().isTerminal())
        .ifPresent(
            whole ->
                run.forEachElement(
                    task,
                    (index, record) -> {
                      if (isQueuedOn(record, lane)) {
                        queued.add(task.element(index));
                      }
                    }));
  }

  private static boolean isQueuedOn(StageRecord record, String lane) {
    return record.state() == StageState.QUEUED
        && !Holds.isHeld(record)
        && record.current().filter(a -> a.lane().equals(lane)).isPresent();
  }
}
