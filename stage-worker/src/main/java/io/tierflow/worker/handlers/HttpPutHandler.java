package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.time.InstantSource;

/**
 * {@code http-put}: sends its input as JSON and returns the response's body, or null if it is
 * empty. The header Idempotency-Key is the task's, the same in every attempt. Thread-safe.
 * Configuration and failures are those of {@link HttpGetHandler}.
 */
public final class HttpPutHandler implements StageHandler<JsonNode, JsonNode> {

  private static final String NAME = "http-put";

  private final HttpCall call;

  /** For the service loader; dates in Retry-After are compared with the system's clock. */
  public HttpPutHandler() {
    this(InstantSource.system());
  }

  HttpPutHandler(InstantSource clock) {
    call = new HttpCall(NAME, "PUT", clock);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public JsonNode handle(JsonNode input, StageContext context)
      throws StageException, InterruptedException {
    return call.exchange(input, context);
  }
}
