package io.tierflow.runner.engine;

import io.tierflow.client.RunSummary;
import io.tierflow.flow.Priority;
import io.tierflow.machine.RunRecord;
import java.time.Instant;
import java.util.Map;

/** A run in the list of runs: small, so that many are looked through quickly. */
record Listed(
    String flow,
    int version,
    String state,
    Map<String, String> labels,
    Instant submittedAt,
    Instant endedAt,
    Priority priority) {

  /** A stored one of an earlier version has no priority. */
  Listed {
    priority = priority == null ? Priority.NORMAL : priority;
  }

  static Listed of(RunRecord run) {
    return new Listed(
        run.flow(),
        run.version(),
        run.state().name(),
        run.labels(),
        run.submittedAt(),
        run.endedAt(),
        run.priority());
  }

  RunSummary summary(String runId) {
    return new RunSummary(
        runId,
        flow,
        version,
        state,
        labels == null ? Map.of() : labels,
        submittedAt,
        endedAt,
        priority);
  }
}
