package io.tierflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * One version of a flow, as the HTTP API shows it.
 *
 * @param definition the flow file as JSON
 * @param schedule null when the flow does not run by itself
 * @param budgets the limits that a run submitted now would take from earlier ones; none where flows
 *     are listed
 */
public record FlowView(
    String name,
    int version,
    Instant appliedAt,
    JsonNode definition,
    ScheduleView schedule,
    List<BudgetView> budgets) {

  /** A runner of an earlier version tells no budgets. */
  public FlowView {
    budgets = budgets == null ? List.of() : List.copyOf(budgets);
  }

  /** Without budgets. */
  public FlowView(
      String name, int version, Instant appliedAt, JsonNode definition, ScheduleView schedule) {
    this(name, version, appliedAt, definition, schedule, List.of());
  }

  /** The same with these budgets. */
  public FlowView with(List<BudgetView> now) {
    return new FlowView(name, version, appliedAt, definition, schedule, now);
  }
}
