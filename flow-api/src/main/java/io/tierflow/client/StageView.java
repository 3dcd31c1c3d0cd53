package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One stage of a run, as the HTTP API shows it.
 *
 * @param state WAITING, QUEUED, RUNNING, RETRYING, SUCCEEDED, FAILED, SKIPPED or CANCELLED
 * @param output null until it succeeded
 * @param progress the worker's last word of a running stage, 0 to 1, or null
 * @param elements set for a for-each stage, else null
 */
public record StageView(
    String name,
    String state,
    @JsonProperty("class") String resourceClass,
    String handler,
    String taskId,
    JsonNode output,
    Double progress,
    String progressMessage,
    ElementsView elements,
    List<AttemptView> attempts) {}
