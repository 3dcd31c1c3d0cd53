package io.tierflow.machine;

import io.github.resilience4j.core.IntervalFunction;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.RetryPolicy;
import io.tierflow.flow.Stage;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/** Whether, when and where a failed attempt is followed by another. */
final class Retries {

  /** How often one task may lose its worker before it counts as the cause of it. */
  static final int LOST_WORKERS = 5;

  /** How long a task is put off by what does not say for how long. */
  private static final Duration DEFERRED = Duration.ofSeconds(1);

  private Retries() {}

  /** The next attempt: how long it is delayed, and its class. */
  record Again(Duration delay, String resourceClass) {}

  /**
   * What follows a failure.
   *
   * @param taskId the task's, from which its waits differ from those of other tasks
   * @param record the task with the failed attempt as its newest
   * @return empty when it failed for good
   */
  static Optional<Again> after(Stage stage, String taskId, StageRecord record, Failure failure) {
    Attempt failed = record.current().orElseThrow();
    String tier = failed.resourceClass();
    Optional<String> larger = larger(stage, tier, failure);
    if (larger.isPresent()) {
      return Optional.of(new Again(Duration.ZERO, larger.get()));
    }
    if (failure.isGivenBack()) {
      return Optional.of(new Again(Duration.ZERO, tier));
    }
    RetryPolicy policy = stage.retry();
    if (failure.permanent() || policy.notOn().contains(failure.kind())) {
      return Optional.empty();
    }
    if (failure.kind() == FailureKind.WORKER_LOST) {
      return failures(record, FailureKind.WORKER_LOST) < LOST_WORKERS
          ? Optional.of(new Again(Duration.ZERO, tier))
          : Optional.empty();
    }
    if (failure.kind() == FailureKind.DEFERRED) {
      return Optional.of(new Again(failure.retryAfter().orElse(DEFERRED), tier));
    }
    int counted = counted(stage, record);
    if (counted >= policy.attempts()) {
      return Optional.empty();
    }
    Duration wait = backoff(policy, counted, taskId + "#" + failed.number());
    Duration asked = failure.retryAfter().orElse(Duration.ZERO);
    return Optional.of(new Again(wait.compareTo(asked) < 0 ? asked : wait, tier));
  }

  /**
   * Where the attempt after one that ran out of memory, or was too large to begin, is sent; empty
   * for any other failure.
   */
  static Optional<String> larger(Stage stage, String tier, Failure failure) {
    return failure.kind() == FailureKind.OUT_OF_MEMORY || failure.tooLarge()
        ? stage.largerThan(tier).map(ResourceClass::name)
        : Optional.empty();
  }

  /** Whether some attempt ended with its worker. */
  static boolean hasLostAWorker(StageRecord record) {
    return failures(record, FailureKind.WORKER_LOST) > 0;
  }

  private static long failures(StageRecord record, FailureKind kind) {
    return record.attempts().stream()
        .filter(a -> a.failure() != null && a.failure().kind() == kind)
        .count();
  }

  // A lost worker, a step up a tier and what was put off are not the handler's fault: they use none
  // of its attempts.
  private static int counted(Stage stage, StageRecord record) {
    return (int)
        record.attempts().stream()
            .filter(a -> a.failure() != null)
            .filter(a -> a.failure().kind() != FailureKind.WORKER_LOST)
            .filter(a -> a.failure().kind() != FailureKind.DEFERRED)
            .filter(a -> larger(stage, a.resourceClass(), a.failure()).isEmpty())
            .count();
  }

  // Resilience4j gives the interval, but its random one draws anew each time: a decision that is
  // made again after a crash must wait as long as before, so the draw follows from the attempt.
  private static Duration backoff(RetryPolicy policy, int failedSoFar, String attempt) {
    if (policy.firstBackoff().toMillis() < 1) {
      return Duration.ZERO;
    }
    long interval =
        IntervalFunction.ofExponentialBackoff(policy.firstBackoff(), 2.0, policy.maxBackoff())
            .apply(failedSoFar);
    double draw = new SplittableRandom(attempt.hashCode()).nextDouble();
    return Duration.ofMillis(interval - (long) (interval * policy.jitter() * draw));
  }
}
