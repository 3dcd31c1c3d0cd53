package io.tierflow.runner.engine;

import io.tierflow.machine.RunRecord;
import io.tierflow.machine.schedule.ScheduledAt;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.ScheduledRunEnded;
import java.time.Instant;
import java.util.Optional;

/** How a run that a schedule started is told from others: by its id, and by a label. */
final class ScheduledRuns {

  private ScheduledRuns() {}

  /** The one run of a due time, however often it is started. */
  static String id(String flow, Instant due) {
    return RunIds.of(flow, "schedule@" + due);
  }

  /** What its flow's schedule is told when a run has ended; nothing when it is none of its runs. */
  static Optional<Command> ended(String runId, RunRecord run, Instant now) {
    return ScheduledAt.of(run.labels())
        .filter(due -> id(run.flow(), due).equals(runId))
        .map(due -> new ScheduledRunEnded(runId, due))
        .map(body -> new Command(run.flow(), "ENDED " + runId, now, body));
  }
}
