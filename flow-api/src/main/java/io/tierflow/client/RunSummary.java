package io.tierflow.client;

import io.tierflow.flow.Priority;
import java.time.Instant;
import java.util.Map;

/** One line of the list of runs. */
public record RunSummary(
    String id,
    String flow,
    int version,
    String state,
    Map<String, String> labels,
    Instant submittedAt,
    Instant endedAt,
    Priority priority) {

  /** A runner of an earlier version tells no priority. */
  public RunSummary {
    priority = priority == null ? Priority.NORMAL : priority;
  }

  /** A run of normal priority. */
  public RunSummary(
      String id,
      String flow,
      int version,
      String state,
      Map<String, String> labels,
      Instant submittedAt,
      Instant endedAt) {
    this(id, flow, version, state, labels, submittedAt, endedAt, Priority.NORMAL);
  }
}
