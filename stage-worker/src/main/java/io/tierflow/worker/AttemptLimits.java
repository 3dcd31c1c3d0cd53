package io.tierflow.worker;

import io.tierflow.schemas.StageTask;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** The durations that count for one attempt: its own where it has them, else the worker's. */
record AttemptLimits(
    Duration lock,
    Duration handOver,
    Duration heartbeatTimeout,
    Duration startedAfter,
    Optional<Duration> runTimeout) {

  static AttemptLimits of(StageTask task, WorkerTimes times) {
    return new AttemptLimits(
        times.lock(),
        own(task.getHandOverAfterMs()).orElse(times.handOver()),
        own(task.getHeartbeatTimeoutMs()).orElse(times.heartbeatTimeout()),
        times.startedAfter(),
        own(task.getRunTimeoutMs()));
  }

  /** The same with a run timeout of at most so much. */
  AttemptLimits within(Optional<Duration> timeLimit) {
    Optional<Duration> shorter =
        Stream.concat(runTimeout.stream(), timeLimit.stream()).min(Comparator.naturalOrder());
    return new AttemptLimits(lock, handOver, heartbeatTimeout, startedAfter, shorter);
  }

  private static Optional<Duration> own(Long millis) {
    return Optional.ofNullable(millis).map(Duration::ofMillis);
  }
}
