package io.tierflow.runner.engine;

import io.tierflow.machine.RunRecord;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.ScheduledRunEnded;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** How a run that a schedule started is told from others: by its id, and by a label. */
final class ScheduledRuns {

  /** The label with the due time. */
  static final String LABEL = "tierflow.scheduled-at";

  private ScheduledRuns() {}

  /** The one run of a due time, however often it is started. */
  static String id(String flow, Instant due) {
    return RunIds.of(flow, "schedule@" + due);
  }

  static Map<String, String> labels(Instant due) {
    return Map.of(LABEL, due.toString());
  }

  /** What its flow's schedule is told when a run has ended; nothing when it is none of its runs. */
  static Optional<Command> ended(String runId, RunRecord run, Instant now) {
    return Optional.ofNullable(run.labels().get(LABEL))
        .flatMap(ScheduledRuns::instant)
        .filter(due -> id(run.flow(), due).equals(runId))
        .map(due -> new ScheduledRunEnded(runId, due))
        .map(body -> new Command(run.flow(), "ENDED " + runId, now, body));
  }

  // A user may give a run this label too, with anything in it.
  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
