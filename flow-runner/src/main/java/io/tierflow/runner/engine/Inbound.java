package io.tierflow.runner.engine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Priority;
import io.tierflow.machine.Content;
import io.tierflow.machine.Deadline;
import io.tierflow.machine.Input;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.Replay;
import io.tierflow.machine.TaskKey;
import io.tierflow.schemas.CancelRun;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadlineReached;
import io.tierflow.schemas.PauseRun;
import io.tierflow.schemas.Payload;
import io.tierflow.schemas.PoolChanged;
import io.tierflow.schemas.ReleaseRun;
import io.tierflow.schemas.ReplayedStage;
import io.tierflow.schemas.ResumeRun;
import io.tierflow.schemas.StageFailed;
import io.tierflow.schemas.StageHeartbeat;
import io.tierflow.schemas.StageResult;
import io.tierflow.schemas.StageStarted;
import io.tierflow.schemas.StageSucceeded;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.UndecodableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the topics' records say, in the machine's words. */
final class Inbound {

  private Inbound() {}

  static Input command(Command command) throws UndecodableException {
    Object body = command.getBody();
    if (body instanceof SubmitRun submit) {
      return new Input.Submit(
          submit.getLabels(),
          content(submit.getInput()),
          Optional.ofNullable(submit.getReplay()).map(Inbound::replay),
          List.of(),
          submit.getLearned(),
          priority(submit));
    }
    if (body instanceof CancelRun cancel) {
      return new Input.Cancel(cancel.getReason());
    }
    if (body instanceof PauseRun) {
      return new Input.Pause(command.getCommandId());
    }
    if (body instanceof ResumeRun) {
      return new Input.Resume(command.getCommandId());
    }
    if (body instanceof ReleaseRun release) {
      return new Input.Release(
          command.getCommandId(),
          release.getTurns().stream()
              .map(task -> task(task.getPipeline(), task.getStage(), task.getIndex()))
              .toList());
    }
    if (body instanceof DeadlineReached reached) {
      return new Input.DeadlineReached(
          deadline(reached), reached.getServedUpTo(), Set.copyOf(reached.getPausedClasses()));
    }
    if (body instanceof PoolChanged pool) {
      return pool.getPresent()
          ? new Input.PoolBack(
              pool.getResourceClass(),
              Optional.ofNullable(pool.getHandler()),
              pool.getMemoryBytes())
          : new Input.PoolGone(
              pool.getResourceClass(),
              Optional.ofNullable(pool.getHandler())
                  .map(
                      handler ->
                          new MissingRecord.Wanted(
                              handler,
                              pool.getMemoryBytes(),
                              pool.getDetail(),
                              pool.getTooLarge())),
              Set.copyOf(pool.getStopping()));
    }
    throw new UndecodableException(
        "a command that this runner does not know: " + body.getClass().getSimpleName());
  }

  private static Optional<Priority> priority(SubmitRun submit) throws UndecodableException {
    if (submit.getPriority() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Priority.valueOf(submit.getPriority()));
    } catch (IllegalArgumentException e) {
      throw new UndecodableException(
          "a priority that this runner does not know: " + submit.getPriority(), e);
    }
  }

  private static Replay replay(io.tierflow.schemas.Replay replay) {
    Map<TaskKey, Content> reused = new HashMap<>();
    Map<TaskKey, Content> inputs = new HashMap<>();
    Map<TaskKey, String> classes = new HashMap<>();
    Set<TaskKey> leftOut = new HashSet<>();
    Map<TaskKey, Content> elements = new HashMap<>();
    for (ReplayedStage stage : replay.getStages()) {
      TaskKey task = TaskKey.of(stage.getPipeline(), stage.getStage());
      if (stage.getOutput() != null) {
        reused.put(task, content(stage.getOutput()));
      }
      if (stage.getInput() != null) {
        inputs.put(task, content(stage.getInput()));
      }
      if (stage.getElements() != null) {
        elements.put(task, content(stage.getElements()));
      }
      if (stage.getLeftOut()) {
        leftOut.add(task);
      }
      if (stage.getResourceClass() != null) {
        classes.put(task, stage.getResourceClass());
      }
    }
    return new Replay(replay.getOf(), reused, inputs, classes, leftOut, elements);
  }

  static Input result(StageResult result) throws UndecodableException {
    TaskKey task = task(result.getPipeline(), result.getStage(), result.getIndex());
    int attempt = result.getAttempt();
    String worker = result.getWorker();
    Object body = result.getBody();
    if (body instanceof StageStarted started) {
      Optional<Duration> handedOver =
          started.getHandedOver()
              ? Optional.of(
                  Duration.ofMillis(
                      Optional.ofNullable(started.getHeartbeatTimeoutMs())
                          .orElse(DEFAULT_HEARTBEAT.toMillis())))
              : Optional.empty();
      return new Input.Started(
          task,
          attempt,
          worker,
          started.getStartedAt(),
          handedOver,
          Optional.ofNullable(started.getHandOverAfterMs()).map(Duration::ofMillis));
    }
    if (body instanceof StageHeartbeat beat) {
      return new Input.Heartbeat(task, attempt, worker, beat.getProgress(), message(beat));
    }
    if (body instanceof StageSucceeded succeeded) {
      return new Input.Succeeded(
          task,
          attempt,
          worker,
          succeeded.getStartedAt(),
          succeeded.getEndedAt(),
          content(succeeded.getOutput()),
          succeeded.getPeakMemoryBytes());
    }
    throw new UndecodableException(
        "a result that this runner does not know: " + body.getClass().getSimpleName());
  }

  private static String message(StageHeartbeat beat) {
    return beat.getMessage() == null ? null : RecordLimits.message(beat.getMessage());
  }

  static Input error(StageFailed failed) {
    return new Input.Failed(
        task(failed.getPipeline(), failed.getStage(), failed.getIndex()),
        failed.getAttempt(),
        failed.getWorker(),
        failed.getStartedAt(),
        failed.getEndedAt(),
        RecordLimits.bounded(failure(failed.getFailure()), failed.getAttempt()),
        failed.getPeakMemoryBytes());
  }

  static Content content(Payload payload) {
    ByteBuffer bytes = payload.getBytes();
    if (bytes == null) {
      return new Content(payload.getContentType(), null, payload.getReference(), payload.getSize());
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return new Content(payload.getContentType(), copy, null, copy.length);
  }

  /** What a heartbeat timeout is when the worker that hands over does not say. */
  private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(10);

  private static Failure failure(io.tierflow.schemas.Failure failure) {
    return new Failure(
        FailureKind.valueOf(failure.getKind().name()),
        failure.getMessage(),
        Optional.ofNullable(failure.getDetail()).orElse(""),
        failure.getPermanent(),
        Optional.ofNullable(failure.getRetryAfterMs()).map(Duration::ofMillis),
        failure.getTooLarge(),
        failure.getOutsideSlot());
  }

  private static Deadline deadline(DeadlineReached reached) throws UndecodableException {
    TaskKey task =
        reached.getPipeline() == null
            ? null
            : task(reached.getPipeline(), reached.getStage(), reached.getIndex());
    try {
      return new Deadline(
          Deadline.Kind.valueOf(reached.getKind()), task, reached.getAttempt(), reached.getDueAt());
    } catch (IllegalArgumentException e) {
      throw new UndecodableException(
          "a deadline that this runner does not know: " + reached.getKind(), e);
    }
  }

  private static TaskKey task(String pipeline, String stage, Integer index) {
    return new TaskKey(pipeline, stage, index == null ? TaskKey.WHOLE : index);
  }
}
