package io.tierflow.machine.schedule;

/** Why the work of a due time has not been done. */
public enum Undone {
  /** Its run was started and has not ended, or nobody has heard that it has. */
  RUNNING,
  /** Its run starts when those of earlier due times have ended. */
  WAITING,
  /** Its run has failed. */
  FAILED,
  /** Its run was cancelled. */
  CANCELLED,
  /** It has no run, since that of an earlier due time had not ended. */
  OVERLAP,
  /** It has no run, since no runner was there for it. */
  CATCH_UP,
  /** It has no run, since other due times were planned while it waited. */
  REPLANNED,
  /** It has no run, since what is known of the schedule cannot be decided on. */
  UNDECIDED;

  /** Whether it has a run. */
  public boolean hasRun() {
    return this == RUNNING || this == FAILED || this == CANCELLED;
  }

  static Undone of(ScheduleDecision.Reason reason) {
    return switch (reason) {
      case CATCH_UP -> CATCH_UP;
      case OVERLAP -> OVERLAP;
      case REPLANNED -> REPLANNED;
    };
  }
}
