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
    Optional<RunLimit> runLimit) {

  /**
   * How long its handler may take.
   *
   * @param whose what says so, for a person
   */
  record RunLimit(Duration after, String whose) {

    /** What is said of an attempt that took longer. */
    String exceeded() {
      return "ran longer than " + whose + " of " + after.toMillis() + " ms";
    }
  }

  static AttemptLimits of(StageTask task, WorkerTimes times) {
    return new AttemptLimits(
        times.lock(),
        own(task.getHandOverAfterMs()).orElse(times.handOver()),
        own(task.getHeartbeatTimeoutMs()).orElse(times.heartbeatTimeout()),
        times.startedAfter(),
        own(task.getRunTimeoutMs()).map(after -> new RunLimit(after, "its run timeout")));
  }

  /** The same where its handler may take at most so long. */
  AttemptLimits within(Optional<Duration> timeLimit) {
    Optional<RunLimit> shorter =
        Stream.concat(
                runLimit.stream(),
                timeLimit.map(after -> new RunLimit(after, "its handler's time limit")).stream())
            .min(Comparator.comparing(RunLimit::after));
    return new AttemptLimits(lock, handOver, heartbeatTimeout, startedAfter, shorter);
  }

  private static Optional<Duration> own(Long millis) {
    return Optional.ofNullable(millis).map(Duration::ofMillis);
  }
}
