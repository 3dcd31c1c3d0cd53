package io.tierflow.standalone.guarantees;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Flow;

/**
 * A run that was asked for.
 *
 * @param runId the id that the client was given
 * @param flow what it runs
 * @param replayOf the run that it replays, or null
 * @param expected how it must end: the state, or null if the workload cannot know
 * @param output what it must put out; null if that is not to be compared
 */
record Submission(String runId, Flow flow, String replayOf, String expected, JsonNode output) {}
