package io.tierflow.machine;

import java.time.Instant;

/**
 * A moment at which a run must be looked at again. When it comes, the edge posts it as a command;
 * only that command changes anything.
 *
 * @param task null for what is due of the run as a whole
 * @param attempt 0 for what is due of the run as a whole; of {@link Kind#PRUNE}, which piece
 */
public record Deadline(Kind kind, TaskKey task, int attempt, Instant dueAt) {

  /** What is due. */
  public enum Kind {
    /** The next attempt is to be sent. */
    RETRY,
    /** A handed-over attempt must have been heard of. */
    HEARTBEAT,
    /** What is out must be looked at: whether it was taken, and whether it is late. */
    CHECK,
    /** The run must have ended. */
    RUN,
    /** The run of a schedule's due time must have ended. */
    SCHEDULE,
    /** What is kept of the run, which has ended, is to be removed; the attempt is the piece. */
    PRUNE
  }
}
