package io.tierflow.examples.reference;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import java.util.OptionalInt;

/** The same attempt with another configuration: what a handler inside another one sees. */
record DelegatedContext(StageContext outer, JsonNode config) implements StageContext {

  @Override
  public String runId() {
    return outer.runId();
  }

  @Override
  public String flow() {
    return outer.flow();
  }

  @Override
  public String pipeline() {
    return outer.pipeline();
  }

  @Override
  public String stage() {
    return outer.stage();
  }

  @Override
  public OptionalInt index() {
    return outer.index();
  }

  @Override
  public int attempt() {
    return outer.attempt();
  }

  @Override
  public String idempotencyKey() {
    return outer.idempotencyKey();
  }

  @Override
  public String resourceClass() {
    return outer.resourceClass();
  }

  @Override
  public void progress(double fraction, String message) {
    outer.progress(fraction, message);
  }

  @Override
  public boolean isCancelled() {
    return outer.isCancelled();
  }
}
