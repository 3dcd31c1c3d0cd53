package io.tierflow.machine.schedule;

import java.time.Instant;

/** Everything that can move a schedule: each comes from a record, so each can come again. */
public sealed interface ScheduleInput {

  /** What its effects are remembered by; the same for every repetition. */
  String cause();

  /** A version of the flow was applied, perhaps with other due times or none. */
  record Applied() implements ScheduleInput {
    @Override
    public String cause() {
      return "applied";
    }
  }

  /** The moment that a decision asked to be woken at has come. */
  record Woken(Instant wakeAt) implements ScheduleInput {
    @Override
    public String cause() {
      return "woken " + wakeAt;
    }
  }

  /** The run of a due time has ended. */
  record Ended(Instant due) implements ScheduleInput {
    @Override
    public String cause() {
      return "ended " + due;
    }
  }
}
