package io.tierflow.worker;

import java.time.Duration;

/**
 * How long a worker waits for what.
 *
 * @param lock how long the broker holds a lease between renewals, 30 s by default; the broker
 *     refuses less than its own minimum (15 s unless changed)
 * @param handOver how long a task may run before the runner takes over its lease, 60 s by default;
 *     a task's own value goes before this one
 * @param heartbeatTimeout the silence after which a handed-over attempt counts as lost, 10 s by
 *     default; heartbeats go out at a third of it; a task's own value goes before this one
 * @param startedAfter how long a task runs before its start is told, 200 ms by default
 * @param announcement the interval of the worker's announcements, 2 s by default
 */
public record WorkerTimes(
    Duration lock,
    Duration handOver,
    Duration heartbeatTimeout,
    Duration startedAfter,
    Duration announcement) {

  /** Checks that all are positive; only the hand-over and the start's moment may be zero. */
  public WorkerTimes {
    positive("lock duration", lock);
    positive("heartbeat timeout", heartbeatTimeout);
    positive("announcement interval", announcement);
    notNegative("hand-over", handOver);
    notNegative("started-after", startedAfter);
  }

  /** The defaults. */
  public static WorkerTimes ofDefaults() {
    return new WorkerTimes(
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofMillis(200),
        Duration.ofSeconds(2));
  }

  /** The same with another lock duration. */
  public WorkerTimes withLock(Duration other) {
    return new WorkerTimes(other, handOver, heartbeatTimeout, startedAfter, announcement);
  }

  /** The same with another hand-over time. */
  public WorkerTimes withHandOver(Duration other) {
    return new WorkerTimes(lock, other, heartbeatTimeout, startedAfter, announcement);
  }

  /** The same with another heartbeat timeout. */
  public WorkerTimes withHeartbeatTimeout(Duration other) {
    return new WorkerTimes(lock, handOver, other, startedAfter, announcement);
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " " + value + ": expected more than zero");
    }
  }

  private static void notNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " " + value + ": expected zero or more");
    }
  }
}
