package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A completion that is missing now.
 *
 * @param runId whose; null for an expectation
 * @param flow the flow of that run; null for an expectation
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
    String detail) {

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
        null);
  }

  /** One of work that was started elsewhere. */
  public static MissingCompletion ofExpectation(
      String name, String key, String reason, Instant since, String action) {
    return new MissingCompletion(
        null, null, reason, null, null, null, null, null, null, since, action, name, key, null);
  }

  /** The same with more of its reason. */
  public MissingCompletion withDetail(String more) {
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
        more);
  }

  /** Where in the run: {@code pipeline/stage}, with the element if it is one; empty for the run. */
  public String place() {
    return stage == null ? "" : pipeline + "/" + stage + (index == null ? "" : "/" + index);
  }
}
