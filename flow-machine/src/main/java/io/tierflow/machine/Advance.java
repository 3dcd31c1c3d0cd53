package io.tierflow.machine;

import io.tierflow.flow.Condition;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import io.tierflow.machine.RunData.InvalidInputException;
import java.util.List;
import java.util.Optional;

/**
 * Moves a run on as far as its entries allow: the next step of a pipeline, the pipelines after it,
 * the end of the run. It looks only at what is there, so doing it again changes nothing.
 */
final class Advance {

  private Advance() {}

  /** Moves on after this stage or element has reached an end. */
  static void after(Scratch run, TaskKey task) {
    if (task.isElement()) {
      TaskKey whole = task.whole();
      FanOuts.elementEnded(run, task);
      if (!run.stage(whole).orElseThrow().state().isTerminal()) {
        return;
      }
    }
    pipeline(run, run.plan.pipeline(task.pipeline()), run.plan.step(task));
  }

  /** Moves every pipeline on, from wherever it is. */
  static void everything(Scratch run) {
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      Optional<PipelineRecord> record = run.pipeline(pipeline.name());
      if (record.isEmpty()) {
        startIfDue(run, pipeline);
      } else if (!record.get().state().isTerminal()) {
        pipeline(run, pipeline, 0);
      }
    }
    endIfDone(run);
  }

  /** Ends every pipeline and stage that has not ended, and the run; a blank reason is none. */
  static void cancelEverything(Scratch run, String reason) {
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      if (!ended(run, pipeline.name())) {
        cancelStages(run, pipeline, 0);
        run.emit(new Event.PipelineEnded(pipeline.name(), PipelineState.CANCELLED));
      }
    }
    end(
        run,
        RunState.CANCELLED,
        reason.isBlank() ? null : Failure.of(FailureKind.CANCELLED, reason));
  }

  /** Sends an attempt, or keeps it back where a pause holds it, or others go first. */
  static void dispatch(Scratch run, TaskKey task, int attempt, String resourceClass) {
    Optional<Hold> hold = run.hold(task, resourceClass);
    if (hold.isPresent()) {
      run.emit(new Event.TaskHeld(task, attempt, resourceClass, sentBy(run, task), hold.get()));
    } else {
      send(run, task, attempt, resourceClass, sentBy(run, task));
    }
  }

  /** Sends the first attempt of an element that nothing keeps back. */
  static void begin(Scratch run, TaskKey element, String resourceClass) {
    send(run, element, 1, resourceClass, sentBy(run, element));
  }

  private static Optional<TaskKey> sentBy(Scratch run, TaskKey task) {
    return run.task()
        .filter(by -> by.isElement() && task.isElement() && !by.equals(task))
        .filter(by -> by.whole().equals(task.whole()));
  }

  /** Sends an attempt that was held, whatever else waits. */
  static void send(Scratch run, TaskKey task, Attempt held) {
    send(run, task, held.number(), held.resourceClass(), Optional.empty());
  }

  private static void send(
      Scratch run, TaskKey task, int attempt, String resourceClass, Optional<TaskKey> sentBy) {
    run.emit(new Event.TaskDispatched(task, attempt, resourceClass, sentBy));
    run.send(order(run, task, run.stage(task).orElseThrow().current().orElseThrow()));
  }

  static TaskOrder order(Scratch run, TaskKey task, Attempt attempt) {
    return new TaskOrder(
        task,
        attempt.number(),
        attempt.resourceClass(),
        run.plan.stage(task),
        run.data().input(task),
        attempt.queuedAt(),
        attempt.number() > 1 && run.stage(task).filter(Retries::hasLostAWorker).isPresent());
  }

  private static void pipeline(Scratch run, Pipeline pipeline, int fromStep) {
    List<Step> steps = pipeline.steps();
    for (int i = fromStep; i < steps.size(); i++) {
      boolean open = false;
      boolean failed = false;
      for (Stage stage : steps.get(i).stages()) {
        TaskKey task = TaskKey.of(pipeline.name(), stage.name());
        StageState state = state(run, task);
        if (state == StageState.WAITING) {
          start(run, task, stage);
          state = state(run, task);
        } else if (state == StageState.RUNNING && stage.forEach().isPresent()) {
          FanOuts.trustCounts(run, task);
          FanOuts.settle(run, task);
          state = state(run, task);
        }
        open |= !state.isTerminal();
        failed |= state == StageState.FAILED;
      }
      if (open) {
        return;
      }
      if (failed) {
        cancelStages(run, pipeline, i + 1);
        end(run, pipeline, PipelineState.FAILED);
        return;
      }
    }
    end(run, pipeline, PipelineState.SUCCEEDED);
  }

  private static void start(Scratch run, TaskKey task, Stage stage) {
    if (run.isPaused() || run.isOver()) {
      return; // what an ended run lacks was removed with its retention
    }
    RunData data = run.data();
    try {
      Optional<Condition> when = run.plan.when(task);
      if (when.isPresent() && !when.get().test(data.json(data.input(task)))) {
        run.emit(new Event.StageSkipped(task));
      } else if (stage.forEach().isPresent()) {
        run.emit(new Event.FanOutStarted(task, data.split(data.input(task)).size()));
        FanOuts.settle(run, task);
      } else {
        dispatch(run, task, 1, run.resourceClass(task));
      }
    } catch (InvalidInputException e) {
      run.emit(new Event.StageFailed(task, Failure.of(FailureKind.INVALID_INPUT, e.getMessage())));
    }
  }

  private static void end(Scratch run, Pipeline pipeline, PipelineState state) {
    if (!ended(run, pipeline.name())) {
      run.emit(new Event.PipelineEnded(pipeline.name(), state));
    }
    run.plan.dependents(pipeline.name()).forEach(next -> startIfDue(run, next));
    endIfDone(run);
  }

  private static void startIfDue(Scratch run, Pipeline pipeline) {
    if (ended(run, pipeline.name())) {
      run.plan.dependents(pipeline.name()).forEach(next -> startIfDue(run, next));
      return;
    }
    if (run.pipeline(pipeline.name()).isPresent()) {
      return;
    }
    List<PipelineState> before =
        pipeline.after().stream()
            .map(
                name -> run.pipeline(name).map(PipelineRecord::state).orElse(PipelineState.WAITING))
            .toList();
    if (before.contains(PipelineState.FAILED) || before.contains(PipelineState.CANCELLED)) {
      cancelStages(run, pipeline, 0);
      end(run, pipeline, PipelineState.CANCELLED);
    } else if (before.stream().allMatch(PipelineState.SUCCEEDED::equals)) {
      run.emit(new Event.PipelineStarted(pipeline.name()));
      pipeline(run, pipeline, 0);
    }
  }

  private static void cancelStages(Scratch run, Pipeline pipeline, int fromStep) {
    pipeline.steps().stream()
        .skip(fromStep)
        .flatMap(step -> step.stages().stream())
        .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
        .filter(task -> !state(run, task).isTerminal())
        .forEach(task -> run.emit(new Event.StageCancelled(task)));
  }

  private static void endIfDone(Scratch run) {
    if (run.run().orElseThrow().state().isTerminal()
        || !run.plan.flow().pipelines().stream().allMatch(p -> ended(run, p.name()))) {
      return;
    }
    boolean allSucceeded =
        run.plan.flow().pipelines().stream()
            .allMatch(p -> run.pipeline(p.name()).orElseThrow().state() == PipelineState.SUCCEEDED);
    Optional<Failure> failure = allSucceeded ? Optional.empty() : firstFailure(run);
    end(run, failure.isPresent() ? RunState.FAILED : RunState.SUCCEEDED, failure.orElse(null));
  }

  private static void end(Scratch run, RunState state, Failure failure) {
    Deadlines.clearAllMissing(run);
    Deadlines.ofRun(run).forEach(run::forget);
    Audit.flag(run);
    run.emit(new Event.RunEnded(state, failure));
  }

  private static Optional<Failure> firstFailure(Scratch run) {
    return run.plan.flow().pipelines().stream()
        .flatMap(p -> p.stages().map(stage -> TaskKey.of(p.name(), stage.name())))
        .flatMap(
            task ->
                run.stage(task).map(StageRecord::failure).stream()
                    .map(
                        failure ->
                            Failure.of(
                                failure.kind(), task + ": " + failure.message(), failure.detail())))
        .findFirst();
  }

  private static boolean ended(Scratch run, String pipeline) {
    return run.pipeline(pipeline).filter(record -> record.state().isTerminal()).isPresent();
  }

  private static StageState state(Scratch run, TaskKey task) {
    return run.stage(task).map(StageRecord::state).orElse(StageState.WAITING);
  }
}
