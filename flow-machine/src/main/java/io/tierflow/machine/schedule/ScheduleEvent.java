package io.tierflow.machine.schedule;

/** What is told of a schedule. */
public sealed interface ScheduleEvent {

  /** The flag that it is about. */
  Missed flag();

  /** Due times are missed. */
  record Flagged(Missed flag) implements ScheduleEvent {}

  /** They are missed no longer. */
  record Cleared(Missed flag) implements ScheduleEvent {}
}
