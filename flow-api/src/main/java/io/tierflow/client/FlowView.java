package io.tierflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One version of a flow, as the HTTP API shows it; the definition is the flow file as JSON, the
 * schedule is null when the flow does not run by itself.
 */
public record FlowView(
    String name, int version, Instant appliedAt, JsonNode definition, ScheduleView schedule) {}
