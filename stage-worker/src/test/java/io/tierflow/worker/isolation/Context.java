package io.tierflow.worker.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.handler.StageContext;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;

/** The context of one attempt, which notes the latest progress. */
record Context(AtomicReference<String> latest) implements StageContext {

  @Override
  public String runId() {
    return "run";
  }

  @Override
  public String flow() {
    return "flow";
  }

  @Override
  public String pipeline() {
    return "pipeline";
  }

  @Override
  public String stage() {
    return "stage";
  }

  @Override
  public OptionalInt index() {
    return OptionalInt.of(7);
  }

  @Override
  public int attempt() {
    return 3;
  }

  @Override
  public String idempotencyKey() {
    return "key";
  }

  @Override
  public String resourceClass() {
    return "small";
  }

  @Override
  public JsonNode config() {
    return JsonNodeFactory.instance.objectNode().put("a", 1);
  }

  @Override
  public void progress(double fraction, String message) {
    latest.set(fraction + " " + message);
  }

  @Override
  public boolean isCancelled() {
    return false;
  }
}
