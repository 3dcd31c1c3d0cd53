package io.tierflow.worker;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.file.ByteSize;
import io.tierflow.schemas.StageTask;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a task is put off that this worker can never work, for want of its handler or of memory:
 * another worker of its class may have it, or a pool with it may join. The wait grows with the
 * attempts, so that a task finds the one worker among a few quickly and costs little while there is
 * none. Pure.
 */
final class WrongWorker {

  /** The wait after a first attempt. */
  static final Duration FIRST = Duration.ofMillis(250);

  /** The longest wait, without its spread. */
  static final Duration LONGEST = Duration.ofSeconds(15);

  private WrongWorker() {}

  /** What the runner is told of a task whose handler is not here. */
  static Failure noHandler(StageTask task, List<String> here) {
    return new Failure(
        FailureKind.DEFERRED,
        "no handler '" + task.getHandler() + "' here: expected one of " + here,
        "",
        false,
        Optional.of(wait(task.getTaskId(), task.getAttempt())));
  }

  /** What the runner is told of a task that needs more memory than there ever is here. */
  static Failure tooLarge(StageTask task, long largest) {
    return Failure.tooLarge(
        "needs "
            + ByteSize.text(task.getMemoryBytes())
            + " of memory: expected at most the "
            + ByteSize.text(largest)
            + " of this worker",
        wait(task.getTaskId(), task.getAttempt()));
  }

  /** How long; tasks that were sent together come back spread over a quarter of it. */
  static Duration wait(String taskId, int attempt) {
    int doublings = Math.min(10, Math.max(0, attempt - 1));
    long millis = Math.min(LONGEST.toMillis(), FIRST.toMillis() << doublings);
    return Duration.ofMillis(millis + Math.floorMod(taskId.hashCode() + attempt, millis / 4));
  }
}
