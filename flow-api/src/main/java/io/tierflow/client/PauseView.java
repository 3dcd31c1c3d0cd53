package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A flow or a resource class that is paused, as the HTTP API shows it.
 *
 * @param flow null if it is a class
 * @param resourceClass null if it is a flow
 * @param since null where it has just been resumed
 */
public record PauseView(String flow, @JsonProperty("class") String resourceClass, Instant since) {}
