package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.machine.Decision.Outcome;

/**
 * Holds a run back and lets it go on. What is out goes on either way; a paused run takes replies
 * and sends nothing.
 */
final class Pauses {

  private Pauses() {}

  static Decision pause(Scratch run) {
    RunState state = run.run().orElseThrow().state();
    if (state.isTerminal()) {
      return run.decided(Outcome.STALE);
    }
    run.emit(new Event.RunPaused());
    return run.decided(state == RunState.PAUSED ? Outcome.REPEATED : Outcome.ACCEPTED);
  }

  /** Doing it again does no harm: only what is held back is sent, and what this sent before. */
  static Decision resume(Scratch run) {
    RunRecord record = run.run().orElseThrow();
    RunState state = record.state();
    if (state.isTerminal()) {
      if (!run.cause.equals(record.cause())) {
        return run.decided(Outcome.STALE);
      }
      Repeats.sendAgain(run);
      return run.decided(Outcome.REPEATED);
    }
    run.emit(new Event.RunResumed());
    Repeats.sendAgain(run);
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      pipeline
          .stages()
          .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
          .forEach(task -> keepRetries(run, task));
    }
    Advance.everything(run);
    if (!run.hasEnded()) {
      Holds.sendWhatIsFree(run);
    }
    return run.decided(state == RunState.PAUSED ? Outcome.ACCEPTED : Outcome.REPEATED);
  }

  // Retries that came due meanwhile were not sent.
  private static void keepRetries(Scratch run, TaskKey task) {
    run.stage(task).ifPresent(record -> keepRetry(run, task, record));
    run.stage(task)
        .filter(record -> record.fanOut() != null && !record.state().isTerminal())
        .ifPresent(
            whole ->
                run.forEachElement(
                    task, (index, record) -> keepRetry(run, task.element(index), record)));
  }

  private static void keepRetry(Scratch run, TaskKey task, StageRecord record) {
    if (record.state() == StageState.RETRYING && record.retry() != null) {
      run.keep(Deadlines.ofRetry(task, record.retry()));
    }
  }
}
