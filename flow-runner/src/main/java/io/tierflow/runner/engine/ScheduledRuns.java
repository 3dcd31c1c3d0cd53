package io.tierflow.runner.engine;

import io.tierflow.machine.RunRecord;
import io.tierflow.machine.RunState;
import io.tierflow.machine.schedule.ScheduleInput;
import io.tierflow.machine.schedule.ScheduledAt;
import io.tierflow.machine.schedule.Undone;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.ScheduledRunEnded;
import java.time.Instant;
import java.util.Optional;

/**
 * How a run that a schedule started is told from others: by its id, and by a label. One that has
 * the label only, such as a replay of it, may do its work in its place.
 */
final class ScheduledRuns {

  private ScheduledRuns() {}

  /** The one run of a due time, however often it is started. */
  static String id(String flow, Instant due) {
    return RunIds.of(flow, "schedule@" + due);
  }

  /** What its flow's schedule is told when a run has ended; nothing when it is not about it. */
  static Optional<Command> ended(String runId, RunRecord run, Instant now) {
    return ScheduledAt.of(run.labels())
        .filter(due -> id(run.flow(), due).equals(runId) || run.state() == RunState.SUCCEEDED)
        .map(due -> new ScheduledRunEnded(runId, due, run.state().name()))
        .map(body -> new Command(run.flow(), "ENDED " + runId, now, body));
  }

  /** What the schedule of a flow is told with such a command. */
  static ScheduleInput input(String flow, ScheduledRunEnded ended) {
    Instant due = ended.getScheduledAt();
    return id(flow, due).equals(ended.getRunId())
        ? new ScheduleInput.Ended(due, undone(ended.getState()))
        : new ScheduleInput.MadeUp(due, ended.getRunId());
  }

  // An older runner says no state: then nothing is known against it.
  private static Optional<Undone> undone(String state) {
    if (state == null || state.equals(RunState.SUCCEEDED.name())) {
      return Optional.empty();
    }
    return Optional.of(state.equals(RunState.CANCELLED.name()) ? Undone.CANCELLED : Undone.FAILED);
  }
}
