package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Step;
import io.tierflow.machine.MissingRecord.Flag;
import io.tierflow.machine.MissingRecord.Reason;
import java.time.Duration;
import java.util.List;

/**
 * A run that goes on with nothing out: no task is queued or running, no retry waits for its time.
 * That must never be; when it is, it is flagged and what is due is sent again.
 */
final class Stuck {

  /**
   * How long it must last: after a crash, replies that were taken may be yet to come again, and
   * find their changes half made.
   */
  static final Duration CONFIRM = Duration.ofSeconds(10);

  private Stuck() {}

  /** Whether somebody or some timer will move this stage or element. */
  static boolean isOut(StageRecord record) {
    return switch (record.state()) {
      case QUEUED, RUNNING ->
          record.current().filter(attempt -> !attempt.state().isTerminal()).isPresent();
      case RETRYING -> record.retry() != null;
      default -> false;
    };
  }

  /** Flags the run and sends what is due of it. */
  static void repair(Scratch run) {
    if (!Audit.stands(run, null)) {
      run.emit(new Event.MissingFlagged(Audit.raised(run, null)));
    }
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      if (run.pipeline(pipeline.name()).filter(p -> !p.state().isTerminal()).isPresent()) {
        repair(run, pipeline);
      }
    }
    Advance.everything(run);
  }

  /** It moves again. */
  static void clear(Scratch run) {
    for (Flag flag : run.missing().open()) {
      if (flag.reason() == Reason.UNACCOUNTED && flag.task() == null) {
        run.emit(new Event.MissingCleared(flag));
      }
    }
  }

  // Only the step that is on: what comes before it has its outputs, what comes after is not due.
  private static void repair(Scratch run, Pipeline pipeline) {
    for (Step step : pipeline.steps()) {
      List<TaskKey> open =
          step.stages().stream()
              .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
              .filter(task -> run.stage(task).filter(r -> r.state().isDone()).isEmpty())
              .toList();
      for (TaskKey task : open) {
        run.stage(task).ifPresent(record -> repair(run, task, record));
      }
      if (!open.isEmpty()) {
        return;
      }
    }
  }

  private static void repair(Scratch run, TaskKey task, StageRecord record) {
    if (record.state().isTerminal() || record.state() == StageState.WAITING) {
      return;
    }
    if (record.fanOut() == null) {
      if (run.plan.stage(task).forEach().isEmpty()) {
        sendNext(run, task, record);
      }
      return; // a for-each without its list cannot be told what it had sent
    }
    FanOuts.recount(run, task);
    int sent = run.stage(task).orElseThrow().fanOut().sent();
    for (int index = 0; index < sent; index++) {
      TaskKey element = task.element(index);
      run.stage(element)
          .filter(each -> !each.state().isTerminal())
          .ifPresent(each -> sendNext(run, element, each));
    }
  }

  private static void sendNext(Scratch run, TaskKey task, StageRecord record) {
    if (isOut(record)) {
      return;
    }
    Advance.dispatch(
        run,
        task,
        record.current().map(attempt -> attempt.number() + 1).orElse(1),
        record
            .current()
            .map(Attempt::resourceClass)
            .orElseGet(() -> run.resourceClass(task.whole())));
  }
}
