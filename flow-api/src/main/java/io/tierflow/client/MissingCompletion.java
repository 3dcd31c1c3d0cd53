package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A completion that is missing now, or was a moment ago.
 *
 * @param runId whose; null for an expectation, and for a due time of a schedule that has no run
 * @param flow the flow of that run or schedule; null for an expectation
 * @param reason for example {@code NO_WORKERS}
 * @param pipeline null when it is the run as a whole
 * @param stage null when it is the run as a whole
 * @param index which element of a for-each; null for a plain stage
 * @param resourceClass where the attempt was sent; null when it is the run as a whole
 * @param launcher who of the class is to work it; null when it is the run as a whole
 * @param attempt which attempt; null when it is the run as a whole
 * @param since when it was flagged, the runner's clock
 * @param action what the runner does about it, in words
 * @param expectation the name of what is expected of work that was started elsewhere; null for a
 *     run
 * @param key which of several of that name; null for the one without
 * @param detail more of the reason, such as which workers lack the task's handler; or null
 * @param dueAt the due time that it is about; null where there is none
 * @param clearedAt when it cleared, the runner's clock; null while it stands
 * @param clearedBy why it cleared, in words; null while it stands
 */
public record MissingCompletion(
    String runId,
    String flow,
    String reason,
    String pipeline,
    String stage,
    Integer index,
    @JsonProperty("class") String resourceClass,
    String launcher,
    Integer attempt,
    Instant since,
    String action,
    String expectation,
    String key,
    String detail,
    Instant dueAt,
    Instant clearedAt,
    String clearedBy) {

  /** One of a run. */
  public MissingCompletion(
      String runId,
      String flow,
      String reason,
      String pipeline,
      String stage,
      Integer index,
      String resourceClass,
      String launcher,
      Integer attempt,
      Instant since,
      String action) {
    this(
        runId,
        flow,
        reason,
        pipeline,
        stage,
        index,
        resourceClass,
        launcher,
        attempt,
        since,
        action,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** One of work that was started elsewhere; {@code dueAt} may be null. */
  public static MissingCompletion ofExpectation(
      String name, String key, String reason, Instant since, String action) {
    return new MissingCompletion(
        null, null, reason, null, null, null, null, null, null, since, action, name, key, null,
        null, null, null);
  }

  /** The same with more of its reason. */
  public MissingCompletion withDetail(String more) {
    return with(more, dueAt, clearedAt, clearedBy);
  }

  /** The same of this due time. */
  public MissingCompletion dueAt(Instant due) {
    return with(detail, due, clearedAt, clearedBy);
  }

  /** The same once it has cleared; null where it stands. */
  public MissingCompletion cleared(Instant at, String by) {
    return with(detail, dueAt, at, by);
  }

  private MissingCompletion with(String more, Instant due, Instant at, String by) {
    return new MissingCompletion(
        runId,
        flow,
        reason,
        pipeline,
        stage,
        index,
        resourceClass,
        launcher,
        attempt,
        since,
        action,
        expectation,
        key,
        more,
        due,
        at,
        by);
  }

  /** Where in the run: {@code pipeline/stage}, with the element if it is one; empty for the run. */
  public String place() {
    return stage == null ? "" : pipeline + "/" + stage + (index == null ? "" : "/" + index);
  }
}
