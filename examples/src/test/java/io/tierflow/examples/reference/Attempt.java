package io.tierflow.examples.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tierflow.flow.Stage;
import io.tierflow.handler.StageContext;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/** One attempt as a worker would give it to a handler. */
record Attempt(
    String runId,
    String pipeline,
    String stage,
    String resourceClass,
    JsonNode config,
    AtomicBoolean cancelled)
    implements StageContext {

  // As the handlers' own: digit for digit, so that trees can be compared.
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  static Attempt of(String runId, String pipeline, Stage stage) {
    return new Attempt(
        runId,
        pipeline,
        stage.name(),
        stage.resourceClass().name(),
        stage.with(),
        new AtomicBoolean());
  }

  static Attempt with(String resourceClass, String config) throws Exception {
    return new Attempt("r", "p", "s", resourceClass, JSON.readTree(config), new AtomicBoolean());
  }

  @Override
  public String flow() {
    return ReferenceFlow.NAME;
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
    return runId + "/" + pipeline + "/" + stage;
  }

  @Override
  public void progress(double fraction, String message) {
    if (fraction < 0 || fraction > 1) {
      throw new IllegalArgumentException("progress: expected 0 to 1, found " + fraction);
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled.get();
  }
}
