package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * One dead letter, as the HTTP API shows it: a task that was set aside, or a record that nobody
 * could decode. Of the latter, everything that only a task has is null.
 *
 * @param id where it lies in the dead letters' topic: {@code <partition>-<offset>}
 * @param runId null when even the record's key is missing
 * @param index which element of a {@code for-each}, from 0; null for a plain stage
 * @param resourceClass the class of the last attempt
 * @param attempts how many attempts there were; 0 for a record
 * @param at when it was set aside
 * @param input what the task was given: the JSON itself if {@code inputInline}, else an object with
 *     {@code contentType}, {@code size} in bytes, and the {@code reference} of the payload store
 * @param inputInline whether {@code input} is the JSON itself
 * @param history one entry per failed attempt, oldest first
 * @param record the record as it was; null for a task
 * @param replayable whether it holds a task that can be sent again
 */
public record DeadLetterView(
    String id,
    String runId,
    String flow,
    Integer version,
    String pipeline,
    String stage,
    Integer index,
    @JsonProperty("class") String resourceClass,
    int attempts,
    FailureView failure,
    Instant at,
    JsonNode input,
    boolean inputInline,
    List<AttemptError> history,
    RawRecord record,
    boolean replayable) {

  /** Copies the history. */
  public DeadLetterView {
    history = history == null ? List.of() : List.copyOf(history);
  }

  /** A failed attempt. */
  public record AttemptError(
      int number,
      @JsonProperty("class") String resourceClass,
      String worker,
      Instant endedAt,
      FailureView failure) {}

  /**
   * A record that could not be decoded.
   *
   * @param key as text; null for none
   * @param bytes the value, in Base64; null if there was none, or if it was too large to be copied
   *     and lies only where it came from
   */
  public record RawRecord(String topic, int partition, long offset, String key, String bytes) {}
}
