package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/** A missing completion of a run: its reason, where, since when, and when it cleared (or null). */
public record MissingView(
    String reason,
    String pipeline,
    String stage,
    @JsonProperty("class") String resourceClass,
    Instant since,
    Instant clearedAt) {}
