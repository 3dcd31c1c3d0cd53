package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One stage of a run, as the HTTP API shows it.
 *
 * @param state WAITING, QUEUED, RUNNING, RETRYING, SUCCEEDED, FAILED, SKIPPED or CANCELLED
 * @param launcher who of the class works it: kafka, in-process or ssh
 * @param output null until it succeeded
 * @param reused of a replay: whether the output is the replayed run's, so that nothing was done
 * @param sameOutput of a replay: whether the output is what it was in the replayed run; null where
 *     one of the two has none
 * @param progress the worker's last word of a running stage, 0 to 1, or null
 * @param elements set for a for-each stage, else null
 */
public record StageView(
    String name,
    String state,
    @JsonProperty("class") String resourceClass,
    String launcher,
    String handler,
    String taskId,
    JsonNode output,
    boolean reused,
    Boolean sameOutput,
    Double progress,
    String progressMessage,
    ElementsView elements,
    List<AttemptView> attempts) {}
