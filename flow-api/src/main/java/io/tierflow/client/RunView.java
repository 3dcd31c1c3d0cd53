package io.tierflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Priority;
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
 * @param priority low, normal or high
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
    List<BudgetView> budgets,
    Priority priority) {

  /** A runner of an earlier version tells no budgets, and no priority. */
  public RunView {
    priority = priority == null ? Priority.NORMAL : priority;
    budgets = budgets == null ? List.of() : List.copyOf(budgets);
  }

  /** A run of normal priority, without limits that are worked out. */
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
        List.of(),
        Priority.NORMAL);
  }
}
