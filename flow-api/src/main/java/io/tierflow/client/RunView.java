package io.tierflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One run, as the HTTP API shows it.
 *
 * @param state QUEUED, RUNNING, PAUSED, SUCCEEDED, FAILED or CANCELLED
 * @param replayOf the run that this one replays, or null
 * @param output an object from the last pipelines' names to their outputs; null until it succeeded
 * @param stale how many replies came too late to count
 * @param budgets the limits of this run that are worked out from earlier ones, as they were when it
 *     was submitted
 */
public record RunView(
    String id,
    String flow,
    int version,
    String state,
    Map<String, String> labels,
    String replayOf,
    JsonNode input,
    JsonNode output,
    Instant submittedAt,
    Instant startedAt,
    Instant endedAt,
    FailureView failure,
    long stale,
    List<MissingView> missing,
    List<PipelineView> pipelines,
    List<BudgetView> budgets) {

  /** A runner of an earlier version tells no budgets. */
  public RunView {
    budgets = budgets == null ? List.of() : List.copyOf(budgets);
  }

  /** A run without limits that are worked out. */
  public RunView(
      String id,
      String flow,
      int version,
      String state,
      Map<String, String> labels,
      String replayOf,
      JsonNode input,
      JsonNode output,
      Instant submittedAt,
      Instant startedAt,
      Instant endedAt,
      FailureView failure,
      long stale,
      List<MissingView> missing,
      List<PipelineView> pipelines) {
    this(
        id,
        flow,
        version,
        state,
        labels,
        replayOf,
        input,
        output,
        submittedAt,
        startedAt,
        endedAt,
        failure,
        stale,
        missing,
        pipelines,
        List.of());
  }
}
