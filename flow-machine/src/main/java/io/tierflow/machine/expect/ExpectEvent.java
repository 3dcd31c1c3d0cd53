package io.tierflow.machine.expect;

import java.time.Instant;

/** A change of what is known of an expectation: its state changes by these only. */
public sealed interface ExpectEvent {

  /** It is expected from now on, whatever was expected before. */
  record Registered(String id, Expectation expectation, Instant at) implements ExpectEvent {}

  /** The labels are others. */
  record Relabelled(Expectation expectation) implements ExpectEvent {}

  /**
   * Something was reported.
   *
   * @param nextDue the due time that is awaited from now on; null for none
   */
  record Reported(Report report, Instant nextDue) implements ExpectEvent {}

  /** Something is missing. */
  record Flagged(Flag flag) implements ExpectEvent {}

  /** It is missing no longer. */
  record Cleared(Flag flag, Instant at, String cause) implements ExpectEvent {}

  /** It is expected no longer. */
  record Removed(Instant at) implements ExpectEvent {}

  /** This input was decided, and need not be once more. */
  record Decided(String cause) implements ExpectEvent {}
}
