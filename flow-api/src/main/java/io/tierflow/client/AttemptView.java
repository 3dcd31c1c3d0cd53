package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * One attempt of a stage, as the HTTP API shows it. Fields that are not known yet are null.
 *
 * @param number from 1
 * @param peakMemoryBytes measured by the worker, or null
 * @param heldFor why it was not sent yet: PAUSE, TURN or RATE; null unless its state is HELD
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
    FailureView failure,
    String heldFor) {

  /** One that is not held. */
  public AttemptView(
      int number,
      String state,
      String resourceClass,
      String worker,
      Instant queuedAt,
      Instant startedAt,
      Instant endedAt,
      Long peakMemoryBytes,
      FailureView failure) {
    this(
        number,
        state,
        resourceClass,
        worker,
        queuedAt,
        startedAt,
        endedAt,
        peakMemoryBytes,
        failure,
        null);
  }
}
