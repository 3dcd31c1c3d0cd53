package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A completion that is missing now.
 *
 * @param runId whose
 * @param flow the flow of that run
 * @param reason for example {@code NO_WORKERS}
 * @param pipeline null when it is the run as a whole
 * @param stage null when it is the run as a whole
 * @param index which element of a for-each; null for a plain stage
 * @param resourceClass where the attempt was sent; null when it is the run as a whole
 * @param attempt which attempt; null when it is the run as a whole
 * @param since when it was flagged, the runner's clock
 * @param action what the runner does about it, in words
 */
public record MissingCompletion(
    String runId,
    String flow,
    String reason,
    String pipeline,
    String stage,
    Integer index,
    @JsonProperty("class") String resourceClass,
    Integer attempt,
    Instant since,
    String action) {

  /** Where in the run: {@code pipeline/stage}, with the element if it is one; empty for the run. */
  public String place() {
    return stage == null ? "" : pipeline + "/" + stage + (index == null ? "" : "/" + index);
  }
}
