package io.tierflow.machine.schedule;

import java.time.Instant;

/**
 * A flag: the work of due times has not been done by their latest completion. While one stands,
 * further due times that are missed join it.
 *
 * @param due the due time that raised it
 * @param why as it was then
 * @param last the newest due time that has joined it
 * @param since when it was raised
 * @param cause the input that raised it
 * @param clearedAt null while it stands
 * @param clearCause the input that cleared it; null while it stands
 * @param doneBy the due time whose work cleared it; null while it stands, and where none did
 */
public record Missed(
    Instant due,
    Undone why,
    Instant last,
    Instant since,
    String cause,
    Instant clearedAt,
    String clearCause,
    Instant doneBy) {

  static Missed raised(Lack first, Instant last, Instant since, String cause) {
    return new Missed(first.first(), first.why(), last, since, cause, null, null, null);
  }

  /**
   * Nothing of a schedule is run from this due time on: what is known of it cannot be decided on.
   */
  static Missed undecided(Instant due, Instant since, String cause) {
    return raised(Lack.of(due, Undone.UNDECIDED), due, since, cause);
  }

  /** Whether it stands. */
  public boolean isOpen() {
    return clearedAt == null;
  }

  Missed joinedBy(Instant newest) {
    return newest.isAfter(last)
        ? new Missed(due, why, newest, since, cause, clearedAt, clearCause, doneBy)
        : this;
  }

  Missed cleared(Instant at, String by, Instant done) {
    return new Missed(due, why, last, since, cause, at, by, done);
  }
}
