package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.machine.Decision.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * What is held back: by a pause of a flow or of a class, or because others go first. An attempt
 * that is to be sent meanwhile is taken into the run's state as HELD and sent by a later input,
 * when nothing holds it any more.
 */
final class Holds {

  private Holds() {}

  /** Doing it again does no harm: only what is held is sent, and what this sent before. */
  static Decision release(Scratch run) {
    if (run.hasEnded()) {
      return afterTheEnd(run);
    }
    Repeats.sendAgain(run);
    int before = run.changes();
    sendWhatIsFree(run);
    return run.decided(run.changes() == before ? Outcome.REPEATED : Outcome.ACCEPTED);
  }

  /** Sends what is held by nothing any more; of the rest it is said again that it is held. */
  static void sendWhatIsFree(Scratch run) {
    if (run.run().orElseThrow().state() == RunState.QUEUED && !run.isFlowPaused()) {
      run.emit(new Event.RunResumed());
    }
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      pipeline
          .stages()
          .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
          .forEach(task -> sendWhatIsFree(run, task));
    }
  }

  private static void sendWhatIsFree(Scratch run, TaskKey task) {
    Optional<StageRecord> record = run.stage(task);
    if (record.isEmpty() || record.get().state().isTerminal()) {
      return;
    }
    if (record.get().fanOut() == null) {
      send(run, task, record.get());
      return;
    }
    run.forEachElement(
        task,
        (index, element) -> {
          if (!RunMachine.isClosed(run, task.element(index))) {
            send(run, task.element(index), element);
          }
        });
  }

  /**
   * It is the turn of these tasks: each that is held is sent, unless a pause holds it. Only they
   * are looked at, so that a turn costs the same however many elements wait beside it.
   */
  static Decision turns(Scratch run, List<TaskKey> tasks) {
    if (run.hasEnded()) {
      return afterTheEnd(run);
    }
    int before = run.changes();
    for (TaskKey task : tasks) {
      StageRecord record = run.plan.find(task).isEmpty() ? null : run.stage(task).orElse(null);
      if (record != null && isHeld(record)) {
        turn(run, task, record);
      } else if (record != null) {
        Repeats.sent(run, task); // by this very command, before a crash
        if (record.state().isTerminal() && run.cause.equals(record.cause())) {
          Advance.after(run, task);
        }
      }
    }
    return run.decided(run.changes() == before ? Outcome.REPEATED : Outcome.ACCEPTED);
  }

  // A task whose time was up when it was released may have ended the run.
  private static Decision afterTheEnd(Scratch run) {
    if (!run.cause.equals(run.run().orElseThrow().cause())) {
      return run.decided(Outcome.STALE);
    }
    Repeats.sendAgain(run);
    return run.decided(Outcome.REPEATED);
  }

  private static void turn(Scratch run, TaskKey task, StageRecord record) {
    Attempt attempt = record.current().orElseThrow();
    if (RunMachine.isClosed(run, task) || run.isPaused()) {
      return; // a run that goes on asks again
    }
    if (run.isHeld(attempt.resourceClass())) {
      hold(run, task, attempt, Hold.PAUSE);
    } else {
      send(run, task, record, attempt);
    }
  }

  /** Sends one that was held back, if it was and is no more. */
  static void send(Scratch run, TaskKey task, StageRecord record) {
    if (!isHeld(record) || RunMachine.isClosed(run, task) || run.isPaused()) {
      return; // a paused run hears of it when it goes on
    }
    Attempt attempt = record.current().orElseThrow();
    Optional<Hold> hold = run.hold(task, attempt.resourceClass());
    if (hold.isEmpty()) {
      send(run, task, record, attempt);
    } else if (!Cause.isLook(run.cause) || !attempt.hold().equals(Optional.of(Hold.TURN))) {
      hold(run, task, attempt, hold.get());
    } // else it waits on: looks are many, and say nothing of that
  }

  private static void send(Scratch run, TaskKey task, StageRecord record, Attempt attempt) {
    Stage stage = run.plan.stage(task);
    if (Totals.end(stage, record).filter(end -> !run.now.isBefore(end)).isPresent()) {
      Totals.reached(run, task, stage, record); // what held it outlasted what was left
    } else {
      Advance.send(run, task, attempt);
    }
  }

  // Said again where nothing changes: whoever watches over what is held learns of it by that.
  private static void hold(Scratch run, TaskKey task, Attempt attempt, Hold reason) {
    Event held =
        new Event.TaskHeld(
            task, attempt.number(), attempt.resourceClass(), Optional.empty(), reason);
    if (attempt.hold().filter(reason::equals).isPresent()) {
      run.again(held);
      run.touch(EntryKey.of(task));
    } else {
      run.emit(held);
    }
  }

  static boolean isHeld(StageRecord record) {
    return record.state() == StageState.QUEUED
        && record.current().filter(attempt -> attempt.state() == StageState.HELD).isPresent();
  }
}
