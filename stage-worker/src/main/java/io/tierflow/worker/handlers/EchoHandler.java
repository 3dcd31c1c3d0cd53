package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;

/** {@code echo}: returns its input. Takes no configuration. Thread-safe. */
public final class EchoHandler implements StageHandler<JsonNode, JsonNode> {

  /** For the service loader. */
  public EchoHandler() {}

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public JsonNode handle(JsonNode input, StageContext context) throws StageException {
    HandlerConfig.of(name(), context);
    return input;
  }
}
