package io.tierflow.runner.alerts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A missing completion has risen or has cleared: as a webhook gets it.
 *
 * @param id the event's id: unique within the run, the same for every repetition
 * @param type {@code MISSING_FLAGGED} or {@code MISSING_CLEARED}
 * @param pipeline null when it is the run as a whole
 * @param stage null when it is the run as a whole
 * @param index which element of a for-each; null for a plain stage
 * @param resourceClass null when it is the run as a whole
 * @param attempt null when it is the run as a whole
 * @param at when it rose or cleared, the runner's clock
 */
record Alert(
    String id,
    String type,
    String runId,
    String flow,
    String reason,
    String pipeline,
    String stage,
    Integer index,
    @JsonProperty("class") String resourceClass,
    Integer attempt,
    Instant at) {

  static final String FLAGGED = "MISSING_FLAGGED";
  static final String CLEARED = "MISSING_CLEARED";

  /** The alerts among the events of one decision, in order. */
  static List<Alert> in(RunEvents events) {
    return events.getEvents().stream()
        .filter(event -> Set.of(FLAGGED, CLEARED).contains(event.getType()))
        .map(event -> of(events, event))
        .toList();
  }

  private static Alert of(RunEvents events, RunEvent event) {
    return new Alert(
        event.getEventId(),
        event.getType(),
        events.getRunId(),
        events.getFlow(),
        event.getDetail().get("reason"),
        event.getPipeline(),
        event.getStage(),
        event.getIndex(),
        event.getResourceClass(),
        event.getStage() == null ? null : event.getAttempt(),
        events.getAt());
  }

  /** The same for every repetition, and for no other alert. */
  @JsonIgnore
  String key() {
    return runId + "/" + id;
  }

  /** Whether it has risen; else it has cleared. */
  @JsonIgnore
  boolean isRisen() {
    return type.equals(FLAGGED);
  }
}
