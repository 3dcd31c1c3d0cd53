package io.tierflow.machine.expect;

import java.time.Instant;

/**
 * A completion that is missing, or was.
 *
 * @param due the due time that it is about; null for a failure that was reported before one
 * @param message what was reported with a failure; else empty
 * @param clearedAt null while it stands
 * @param cause the input that raised it
 * @param clearCause the input that cleared it; null while it stands
 */
public record Flag(
    Reason reason,
    Instant due,
    String message,
    Instant since,
    Instant clearedAt,
    String cause,
    String clearCause) {

  /** Why a completion counts as missing. */
  public enum Reason {
    /** Nothing was reported by the one due time. */
    OVERDUE,
    /** Nothing was reported in time for a due time of the schedule. */
    SCHEDULE_MISSED,
    /** The work itself says that it failed. */
    REPORTED_FAILED
  }

  /** Whether it stands. */
  public boolean isOpen() {
    return clearedAt == null;
  }

  boolean isSame(Flag other) {
    return reason == other.reason && since.equals(other.since) && cause.equals(other.cause);
  }

  Flag cleared(Instant at, String by) {
    return new Flag(reason, due, message, since, at, cause, by);
  }
}
