package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.time.InstantSource;

/**
 * {@code http-get}: fetches a URL and returns the response's body: parsed if its content type is
 * JSON, else as a text; null if it is empty. Thread-safe; an interrupt ends the exchange.
 *
 * <p>{@code with} of all HTTP handlers:
 *
 * <ul>
 *   <li>{@code url} (required, a template): http or https; values put in after its beginning are
 *       percent-encoded
 *   <li>{@code headers}: an object from name to text
 *   <li>{@code headers-from-env}: an object from name to the environment variable that holds the
 *       header's value, for secrets
 *   <li>{@code timeout}: for the whole exchange, body and further tries included; default 30s
 *   <li>{@code tries}: how often a request is sent in all within one attempt, 1 to 10, where that
 *       is safe: while the server cannot be connected to, and of GET and PUT also when the
 *       connection breaks or a 502, 503 or 504 says nothing of when to come again; default 3
 *   <li>{@code try-again-after}: the wait before the second try; it doubles up to ten times as
 *       much, each up to half longer or shorter; default 200ms
 *   <li>{@code expect}: the status or list of statuses that count as success; default any 2xx
 *   <li>{@code max-bytes}: the largest body that is taken; default 8388608
 * </ul>
 *
 * <p>Other statuses, unreachable hosts, timeouts and too large bodies are HANDLER_ERROR with the
 * URL (its query left out). Statuses below 500 are permanent, except 408, 425 and 429; a
 * Retry-After of 429 or 503 is passed on.
 */
public final class HttpGetHandler implements StageHandler<JsonNode, JsonNode> {

  private static final String NAME = "http-get";

  private final HttpCall call;

  /** For the service loader; dates in Retry-After are compared with the system's clock. */
  public HttpGetHandler() {
    this(InstantSource.system());
  }

  HttpGetHandler(InstantSource clock) {
    call = new HttpCall(NAME, "GET", clock);
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
