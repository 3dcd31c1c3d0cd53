package io.tierflow.client;

import java.time.Instant;
import java.util.Map;

/** One line of the list of runs. */
public record RunSummary(
    String id,
    String flow,
    int version,
    String state,
    Map<String, String> labels,
    Instant submittedAt,
    Instant endedAt) {}
