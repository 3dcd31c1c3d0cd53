package io.tierflow.machine.expect;

import java.time.Instant;

/** Everything that can move an expectation: each comes from a record, so each can come again. */
public sealed interface ExpectInput {

  /** What its effects are remembered by; the same for every repetition. */
  String cause();

  /** Somebody expects this from now on. */
  record Register(String id, Expectation expectation) implements ExpectInput {
    @Override
    public String cause() {
      return "register " + id;
    }
  }

  /** Somebody expects it no longer. */
  record Remove(String id) implements ExpectInput {
    @Override
    public String cause() {
      return "remove " + id;
    }
  }

  /** Somebody reports of the work; a time later than the input's own is taken as that. */
  record Reported(String id, Instant at, Report.Status status, String message)
      implements ExpectInput {
    @Override
    public String cause() {
      return "report " + id;
    }
  }

  /**
   * The moment that a decision asked to be woken at has come.
   *
   * @param registration which registration asked
   */
  record Woken(String registration, Instant wakeAt) implements ExpectInput {
    @Override
    public String cause() {
      return "wake " + registration + " " + wakeAt;
    }
  }
}
