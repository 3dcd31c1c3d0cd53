package io.tierflow.machine.expect;

import java.time.Instant;

/**
 * What was reported of the work, and what it counted for.
 *
 * @param id the same for every repetition of one report
 * @param at when it happened, never later than when the runner heard of it
 * @param message what was said with it; empty when nothing was
 * @param due the due time that it counts for; null when it counts for none
 */
public record Report(
    String id, Instant at, Status status, String message, Verdict verdict, Instant due) {

  /** What was reported. */
  public enum Status {
    /** The work has begun: shown, and changes nothing else. */
    STARTED,
    /** The work is done. */
    SUCCEEDED,
    /** The work has ended and is not done: flagged at once, until a success is reported. */
    FAILED
  }

  /** What a report counted for. */
  public enum Verdict {
    /** A start, which is only shown. */
    NOTED,
    /** A due time, in its time. */
    ON_TIME,
    /** A due time, when it had been flagged or should have been. */
    LATE,
    /** No due time: the next one is still to come. */
    EARLY,
    /** Nothing: success had been reported already. */
    DUPLICATE,
    /** Nothing: something later had been reported already. */
    STALE
  }

  /** Whether it is the completion of a due time. */
  public boolean counts() {
    return verdict == Verdict.ON_TIME || verdict == Verdict.LATE;
  }
}
