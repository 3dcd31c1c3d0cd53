package io.tierflow.runner.letters;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What a replay sends differently than the original.
 *
 * @param resourceClass the class of the replayed stages; empty for their flow's
 * @param input the input of the replayed stages; empty for the one they had
 */
public record ReplayChange(Optional<String> resourceClass, Optional<JsonNode> input) {}
