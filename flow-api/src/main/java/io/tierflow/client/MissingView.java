package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A missing completion of a run: its reason, where, since when, and when it cleared (or null).
 *
 * @param launcher who of the class is to work it; null when it is the run as a whole
 * @param detail more of the reason, such as which workers lack the task's handler; or null
 */
public record MissingView(
    String reason,
    String pipeline,
    String stage,
    @JsonProperty("class") String resourceClass,
    String launcher,
    Instant since,
    Instant clearedAt,
    String detail) {}
