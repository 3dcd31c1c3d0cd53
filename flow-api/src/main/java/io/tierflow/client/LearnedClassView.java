package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A stage whose next runs begin on a larger class than its flow says.
 *
 * @param resourceClass where they begin
 * @param ranOutOn the smaller class that it ran out of memory on
 * @param since when that was
 * @param until from when on a run tries the flow's own class again
 */
public record LearnedClassView(
    String pipeline,
    String stage,
    @JsonProperty("class") String resourceClass,
    String ranOutOn,
    Instant since,
    Instant until) {}
