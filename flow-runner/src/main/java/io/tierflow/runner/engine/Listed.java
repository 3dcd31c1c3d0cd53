package io.tierflow.runner.engine;

import io.tierflow.client.RunSummary;
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
    Instant endedAt) {

  static Listed of(RunRecord run) {
    return new Listed(
        run.flow(),
        run.version(),
        run.state().name(),
        run.labels(),
        run.submittedAt(),
        run.endedAt());
  }

  RunSummary summary(String runId) {
    return new RunSummary(
        runId, flow, version, state, labels == null ? Map.of() : labels, submittedAt, endedAt);
  }
}
