package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * One attempt of a stage, as the HTTP API shows it. Fields that are not known yet are null.
 *
 * @param number from 1
 * @param peakMemoryBytes measured by the worker, or null
 */
public record AttemptView(
    int number,
    String state,
    @JsonProperty("class") String resourceClass,
    String worker,
    Instant queuedAt,
    Instant startedAt,
    Instant endedAt,
    Long peakMemoryBytes,
    FailureView failure) {}
