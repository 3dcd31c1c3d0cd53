package io.tierflow.runner.letters;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Priority;
import java.util.Optional;

/**
 * What a replay sends differently than the original.
 *
 * @param resourceClass the class of the replayed stages; empty for their flow's
 * @param input the input of the replayed stages; empty for the one they had
 * @param priority the new runs'
 */
public record ReplayChange(
    Optional<String> resourceClass, Optional<JsonNode> input, Priority priority) {

  /** As runs of low priority: many of them are not to hold up others. */
  public ReplayChange(Optional<String> resourceClass, Optional<JsonNode> input) {
    this(resourceClass, input, Priority.LOW);
  }
}
