package io.tierflow.runner.alerts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.tierflow.schemas.RunEvent;
import io.tierflow.schemas.RunEvents;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A missing completion has risen or has cleared: as a webhook gets it.
 *
 * @param id the event's id: unique within the run, the same for every repetition
 * @param type {@code MISSING_FLAGGED} or {@code MISSING_CLEARED}
 * @param runId null for an expectation, and for a due time of a schedule that has no run
 * @param flow null for an expectation
 * @param pipeline null when it is the run as a whole
 * @param stage null when it is the run as a whole
 * @param index which element of a for-each; null for a plain stage
 * @param resourceClass null when it is the run as a whole
 * @param launcher who of the class is to work it; null for its pools, or the run as a whole
 * @param attempt null when it is the run as a whole
 * @param at when it rose or cleared, the runner's clock
 * @param expectation what was expected of work that was started elsewhere; null for a run
 * @param key which of several of that name; null for the one without
 * @param message what was reported with a failure; else null
 * @param dueAt the due time that it is about; null where there is none
 * @param detail more of the reason, or by what it cleared; or null
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
    String launcher,
    Integer attempt,
    Instant at,
    String expectation,
    String key,
    String message,
    Instant dueAt,
    String detail) {

  static final String FLAGGED = "MISSING_FLAGGED";
  static final String CLEARED = "MISSING_CLEARED";
  private static final String SCHEDULE_MISSED = "SCHEDULE_MISSED";

  /** The alerts among the events of one decision, in order. */
  static List<Alert> in(RunEvents events) {
    return events.getEvents().stream()
        .filter(event -> Set.of(FLAGGED, CLEARED).contains(event.getType()))
        .filter(event -> !isOfLateRun(events, event))
        .map(event -> of(events, event))
        .toList();
  }

  // Its schedule says it for all due times, also for those that have no run.
  private static boolean isOfLateRun(RunEvents events, RunEvent event) {
    return !events.getRunId().isEmpty() && SCHEDULE_MISSED.equals(event.getDetail().get("reason"));
  }

  private static Alert of(RunEvents events, RunEvent event) {
    boolean ofFlow = events.getExpectation() == null;
    Map<String, String> detail = event.getDetail();
    return new Alert(
        event.getEventId(),
        event.getType(),
        events.getRunId().isEmpty() ? detail.get("runId") : events.getRunId(),
        ofFlow ? events.getFlow() : null,
        detail.get("reason"),
        event.getPipeline(),
        event.getStage(),
        event.getIndex(),
        event.getResourceClass(),
        detail.get("launcher"),
        event.getStage() == null ? null : event.getAttempt(),
        at(events, event),
        events.getExpectation(),
        events.getExpectationKey(),
        detail.get("message"),
        Optional.ofNullable(detail.get("dueAt")).map(Instant::parse).orElse(null),
        detail.get("detail"));
  }

  // One that is told again, by whoever takes over for example, has risen when it did.
  private static Instant at(RunEvents events, RunEvent event) {
    return Optional.ofNullable(event.getDetail().get("since"))
        .filter(since -> event.getType().equals(FLAGGED))
        .map(Instant::parse)
        .orElse(events.getAt());
  }

  /** The same for every repetition, and for no other alert. */
  @JsonIgnore
  String identity() {
    if (expectation != null) {
      return "expectation/" + expectation + "/" + id;
    }
    return (isOfSchedule() ? "schedule/" + flow : runId) + "/" + id;
  }

  /** Whether it is about a due time of a flow's schedule. */
  @JsonIgnore
  boolean isOfSchedule() {
    return expectation == null && SCHEDULE_MISSED.equals(reason);
  }

  /** Whether it has risen; else it has cleared. */
  @JsonIgnore
  boolean isRisen() {
    return type.equals(FLAGGED);
  }
}
