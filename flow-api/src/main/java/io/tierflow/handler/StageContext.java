package io.tierflow.handler;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;

/** What a handler may know of the attempt it works on. Thread-safe. */
public interface StageContext {

  /** The run's id. */
  String runId();

  /** The flow's name. */
  String flow();

  /** The pipeline's name. */
  String pipeline();

  /** The stage's name. */
  String stage();

  /** Which element of a for-each this is, from 0; empty for a plain stage. */
  OptionalInt index();

  /** The attempt's number, from 1. */
  int attempt();

  /** The same for every attempt and redelivery of one task: use it to make outside effects once. */
  String idempotencyKey();

  /** The resource class this attempt was sent to. */
  String resourceClass();

  /** The stage's {@code with}: an object, empty when the flow gives none. */
  JsonNode config();

  /**
   * Tells how far the work is; shown with the run. Cheap: only the latest is sent, with the next
   * heartbeat.
   *
   * @param fraction 0 to 1
   * @param message what is being done, for a person
   */
  void progress(double fraction, String message);

  /** Whether the attempt was cancelled, timed out, or lost its lease: stop soon. */
  boolean isCancelled();
}
