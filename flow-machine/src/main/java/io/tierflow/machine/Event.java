package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One change of a run. State changes only by applying events, live and in recovery alike; the same
 * events are the public log.
 */
public sealed interface Event {

  /**
   * The run began to exist.
   *
   * @param learned by {@code pipeline/stage}: the larger class that it begins on
   * @param priority which runs go first where many wait for a class
   */
  record RunSubmitted(
      String flow,
      int version,
      Map<String, String> labels,
      Content input,
      Optional<Replay> replay,
      List<Budget> budgets,
      Map<String, String> learned,
      Priority priority)
      implements Event {}

  /** A pipeline's first stages may go. */
  record PipelineStarted(String pipeline) implements Event {}

  /** A for-each knows its list. */
  record FanOutStarted(TaskKey task, int total) implements Event {}

  /** A for-each's counts were made anew from its elements, after a recovery. */
  record FanOutRecounted(TaskKey task, FanOut counts) implements Event {}

  /** The next elements of a for-each have their outputs from an earlier run. */
  record ElementsReused(TaskKey task, FanOut counts) implements Event {}

  /** The next elements of a for-each are kept back: none of them is begun for now. */
  record FanOutHeld(TaskKey task, String resourceClass, Hold reason) implements Event {}

  /** Nothing keeps the elements of a for-each back any more, or as many are out as may be. */
  record FanOutReleased(TaskKey task) implements Event {}

  /** An attempt was sent to its topic; {@code sentBy} is the element whose end sent it, if any. */
  record TaskDispatched(TaskKey task, int attempt, String resourceClass, Optional<TaskKey> sentBy)
      implements Event {}

  /**
   * An attempt is kept back; {@code sentBy} is the element whose end would have sent it, if any.
   */
  record TaskHeld(
      TaskKey task, int attempt, String resourceClass, Optional<TaskKey> sentBy, Hold reason)
      implements Event {}

  /** A worker works on an attempt; the durations are those of {@link Input.Started}. */
  record TaskStarted(
      TaskKey task,
      int attempt,
      String worker,
      Instant startedAt,
      Optional<Duration> handedOver,
      Optional<Duration> handOverAfter)
      implements Event {

    /** Where its worker does not say when it hands it over. */
    public TaskStarted(
        TaskKey task,
        int attempt,
        String worker,
        Instant startedAt,
        Optional<Duration> handedOver) {
      this(task, attempt, worker, startedAt, handedOver, Optional.empty());
    }
  }

  /** A worker said that it is still at it; fraction and message may be null. */
  record TaskProgressed(TaskKey task, int attempt, Double fraction, String message)
      implements Event {}

  /** An attempt has an output; for a plain stage this is also the stage's success. */
  record TaskSucceeded(TaskKey task, int attempt, Attempt.Ending ending, Content output)
      implements Event {}

  /** An attempt failed; what follows is a retry, or the end of the stage. */
  record TaskFailed(TaskKey task, int attempt, Attempt.Ending ending) implements Event {}

  /**
   * An attempt lacked memory on one class; the next one goes to a larger one.
   *
   * @param usedUpItsOwn whether it used up the memory of its slot; false if what it declares was
   *     too large for its worker to begin it, or if it was around the slot that there was none left
   */
  record TaskEscalated(TaskKey task, int attempt, String from, String to, boolean usedUpItsOwn)
      implements Event {}

  /** The next attempt waits for its time. */
  record RetryScheduled(TaskKey task, StageRecord.Retry retry) implements Event {}

  /** A stage's condition was not met. */
  record StageSkipped(TaskKey task) implements Event {}

  /** All elements of a for-each succeeded. */
  record StageSucceeded(TaskKey task) implements Event {}

  /** A stage or an element failed for good. */
  record StageFailed(TaskKey task, Failure failure) implements Event {}

  /** A stage or an element is not needed any more. */
  record StageCancelled(TaskKey task) implements Event {}

  /** A pipeline is done. */
  record PipelineEnded(String pipeline, PipelineState state) implements Event {}

  /** Nothing new is sent from here. */
  record RunPaused() implements Event {}

  /** What was held back is sent. */
  record RunResumed() implements Event {}

  /** The run is done; failure is null unless it failed, or a user said why it is cancelled. */
  record RunEnded(RunState state, Failure failure) implements Event {}

  /** A completion is missing. */
  record MissingFlagged(MissingRecord.Flag flag) implements Event {}

  /** A completion is not missing any more: what was flagged, as it was. */
  record MissingCleared(MissingRecord.Flag flag) implements Event {}

  /** A reply came too late to count. */
  record ReplyIgnored(TaskKey task, int attempt, String worker) implements Event {}
}
