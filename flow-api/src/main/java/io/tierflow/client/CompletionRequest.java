package io.tierflow.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * What expected work says of itself. Immutable; every field may be null.
 *
 * @param key which of several of one name; null for the one without
 * @param status STARTED, SUCCEEDED or FAILED; null for SUCCEEDED
 * @param message shown with it, and with the flag of a failure
 * @param at when it happened; null for now
 * @param id makes a repetition known: the same id again changes nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CompletionRequest(String key, String status, String message, Instant at, String id) {

  /** The work is done. */
  public static CompletionRequest succeeded() {
    return new CompletionRequest(null, "SUCCEEDED", null, null, null);
  }

  /** The work has failed. */
  public static CompletionRequest failed(String message) {
    return new CompletionRequest(null, "FAILED", message, null, null);
  }

  /** The work has begun. */
  public static CompletionRequest started() {
    return new CompletionRequest(null, "STARTED", null, null, null);
  }

  /** The same for one of several of its name. */
  public CompletionRequest key(String newKey) {
    return new CompletionRequest(newKey, status, message, at, id);
  }

  /** The same with an id of its own. */
  public CompletionRequest id(String newId) {
    return new CompletionRequest(key, status, message, at, newId);
  }
}
