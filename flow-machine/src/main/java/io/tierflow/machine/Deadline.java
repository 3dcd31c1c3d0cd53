package io.tierflow.machine;

import java.time.Instant;

/**
 * A moment at which a run must be looked at again. When it comes, the edge posts it as a command;
 * only that command changes anything.
 *
 * @param task null for the run's own deadline
 * @param attempt 0 for the run's own deadline
 */
public record Deadline(Kind kind, TaskKey task, int attempt, Instant dueAt) {

  /** What is due. */
  public enum Kind {
    /** The next attempt is to be sent. */
    RETRY,
    /** A handed-over attempt must have been heard of. */
    HEARTBEAT,
    /** An attempt must have been started. */
    QUEUE,
    /** The run must have ended. */
    RUN
  }
}
