package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Priority;
import java.util.List;

/**
 * What of a run is to be done again, and how.
 *
 * @param stages from where, as {@code pipeline/stage}, or a stage's name where one pipeline has it;
 *     none, or null, means every stage that failed
 * @param input what the stage takes instead of what it took, or null; for one stage only
 * @param resourceClass where the stages are sent instead of their flow's class, or null
 * @param priority the new run's, or null for its flow's; the same request with another is the same
 */
@JsonInclude(JsonInclude.Include.NON_NULL) // no input is another request than an input of null
public record ReplayRequest(
    List<String> stages,
    JsonNode input,
    @JsonProperty("class") String resourceClass,
    Priority priority) {

  /** Copies the stages. */
  public ReplayRequest {
    stages = stages == null ? List.of() : List.copyOf(stages);
  }

  /** One of its flow's priority. */
  public ReplayRequest(List<String> stages, JsonNode input, String resourceClass) {
    this(stages, input, resourceClass, null);
  }

  /** Every stage that failed, as it was. */
  public static ReplayRequest ofAllThatFailed() {
    return new ReplayRequest(List.of(), null, null);
  }
}
