package io.tierflow.machine.schedule;

import io.tierflow.machine.schedule.ScheduleState.Started;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What follows from an input.
 *
 * @param state to be kept; empty when nothing is known and nothing needs to be
 * @param submit the runs to submit: new ones, and those that the same input started before and that
 *     have not ended
 * @param wakeAt when to decide again; empty when nothing is to change about that
 * @param leftOut the due times that will have no run
 * @param told the flags that the input raised or cleared, now or when it was decided before, in
 *     order
 */
public record ScheduleDecision(
    Optional<ScheduleState> state,
    List<Started> submit,
    Optional<Instant> wakeAt,
    List<LeftOut> leftOut,
    List<ScheduleEvent> told) {

  /** Why a due time has no run. */
  public enum Reason {
    /** No runner was there for it, and the catch-up policy leaves it out. */
    CATCH_UP,
    /** The run of an earlier due time had not ended, or too many were waiting already. */
    OVERLAP,
    /** Other due times were planned while it waited. */
    REPLANNED
  }

  /** All due times from the first of these until before the second have no run. */
  public record LeftOut(Reason reason, Instant first, Instant before) {}

  static ScheduleDecision nothing(Optional<ScheduleState> state) {
    return new ScheduleDecision(state, List.of(), Optional.empty(), List.of(), List.of());
  }
}
