package io.tierflow.worker;

import io.tierflow.schemas.StageTask;
import java.time.Duration;
import java.util.Optional;

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

  private static Optional<Duration> own(Long millis) {
    return Optional.ofNullable(millis).map(Duration::ofMillis);
  }
}
