package io.tierflow.worker.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.flow.Failure;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;

/** A context as a worker would give it, and short ways to run a handler with it. */
record Attempt(
    JsonNode config,
    String resourceClass,
    OptionalInt index,
    List<Double> told,
    boolean isCancelled)
    implements StageContext {

  /** An attempt on class small with this {@code with}, in JSON with single quotes allowed. */
  static Attempt with(String config, Object... values) {
    return new Attempt(
        json(config, values), "small", OptionalInt.empty(), new CopyOnWriteArrayList<>(), false);
  }

  Attempt onClass(String other) {
    return new Attempt(config, other, index, told, isCancelled);
  }

  Attempt element(int i) {
    return new Attempt(config, resourceClass, OptionalInt.of(i), told, isCancelled);
  }

  Attempt cancelled() {
    return new Attempt(config, resourceClass, index, told, true);
  }

  /** A JSON document; single quotes are read as double ones. */
  static JsonNode json(String text, Object... values) {
    String quoted = text.replace('\'', '"');
    try {
      return Json.parse(quoted.formatted(values).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("InterruptedExceptionSwallowed") // tests hand on whatever comes
  JsonNode run(StageHandler<JsonNode, JsonNode> handler, JsonNode input) throws Exception {
    return handler.handle(input, this);
  }

  Failure failure(StageHandler<JsonNode, JsonNode> handler, JsonNode input) {
    Throwable thrown = Assertions.catchThrowable(() -> handler.handle(input, this));
    assertThat(thrown).isInstanceOf(StageException.class);
    return ((StageException) thrown).failure();
  }

  @Override
  public String runId() {
    return "run-1";
  }

  @Override
  public String flow() {
    return "service";
  }

  @Override
  public String pipeline() {
    return "report";
  }

  @Override
  public String stage() {
    return "step";
  }

  @Override
  public int attempt() {
    return 2;
  }

  @Override
  public String idempotencyKey() {
    return "run-1/report/step";
  }

  @Override
  public void progress(double fraction, String message) {
    told.add(fraction);
  }
}
