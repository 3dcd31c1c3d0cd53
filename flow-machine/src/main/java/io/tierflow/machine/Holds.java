package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.machine.Decision.Outcome;
import java.util.Optional;

/**
 * What a pause of a flow or of a class holds back. An attempt that is to be sent meanwhile is taken
 * into the run's state as HELD and sent by a later input, when nothing holds it any more.
 */
final class Holds {

  private Holds() {}

  /** Doing it again does no harm: only what is held is sent, and what this sent before. */
  static Decision release(Scratch run) {
    RunRecord record = run.run().orElseThrow();
    if (record.state().isTerminal()) {
      return run.decided(Outcome.STALE);
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

  /** Sends one that was held back, if it was and is no more. */
  static void send(Scratch run, TaskKey task, StageRecord record) {
    if (!isHeld(record) || RunMachine.isClosed(run, task)) {
      return;
    }
    Attempt attempt = record.current().orElseThrow();
    if (run.isHeld(attempt.resourceClass())) {
      run.again(
          new Event.TaskHeld(task, attempt.number(), attempt.resourceClass(), Optional.empty()));
      return;
    }
    if (run.isPaused()) {
      return; // it is sent when the run itself goes on, and nobody has to hear of it before
    }
    Stage stage = run.plan.stage(task);
    if (Totals.end(stage, record).filter(end -> !run.now.isBefore(end)).isPresent()) {
      Totals.reached(run, task, stage, record); // the pause outlasted what was left
    } else {
      Advance.dispatch(run, task, attempt.number(), attempt.resourceClass());
    }
  }

  static boolean isHeld(StageRecord record) {
    return record.state() == StageState.QUEUED
        && record.current().filter(attempt -> attempt.state() == StageState.HELD).isPresent();
  }
}
