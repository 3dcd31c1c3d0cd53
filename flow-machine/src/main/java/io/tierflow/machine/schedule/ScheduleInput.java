package io.tierflow.machine.schedule;

import java.time.Instant;
import java.util.Optional;

/** Everything that can move a schedule: each comes from a record, so each can come again. */
public sealed interface ScheduleInput {

  /** What its effects are remembered by; the same for every repetition. */
  String cause();

  /**
   * A version of the flow was applied, perhaps with other due times or none.
   *
   * @param id the same for every repetition, and for no other
   */
  record Applied(String id) implements ScheduleInput {
    @Override
    public String cause() {
      return "applied " + id;
    }
  }

  /** The moment that a decision asked to be woken at has come. */
  record Woken(Instant wakeAt) implements ScheduleInput {
    @Override
    public String cause() {
      return "woken " + wakeAt;
    }
  }

  /**
   * The run of a due time has ended.
   *
   * @param undone why the work has not been done; empty where it has
   */
  record Ended(Instant due, Optional<Undone> undone) implements ScheduleInput {
    @Override
    public String cause() {
      return "ended " + due;
    }
  }

  /** Another run has done the work of a due time: a replay, or one that was started by hand. */
  record MadeUp(Instant due, String run) implements ScheduleInput {
    @Override
    public String cause() {
      return "made up by " + run;
    }
  }
}
