package io.tierflow.examples.weather;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.handler.StageContext;
import java.util.OptionalInt;

/** A context as a worker would give it. */
record Attempt(String stage, JsonNode config) implements StageContext {

  static Attempt plain(String stage) {
    return new Attempt(stage, JsonNodeFactory.instance.objectNode());
  }

  @Override
  public String runId() {
    return "run-1";
  }

  @Override
  public String flow() {
    return "weather-trends";
  }

  @Override
  public String pipeline() {
    return "records";
  }

  @Override
  public OptionalInt index() {
    return OptionalInt.empty();
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public String idempotencyKey() {
    return "run-1/records/" + stage;
  }

  @Override
  public String resourceClass() {
    return "small";
  }

  @Override
  public void progress(double fraction, String message) {}

  @Override
  public boolean isCancelled() {
    return false;
  }
}
