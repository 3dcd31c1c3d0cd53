package io.tierflow.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Handlers that do on purpose what real ones do by accident. */
final class TestHandlers {

  /** What the handler {@code look} met with: that it was cancelled, or an interrupt. */
  static volatile String looked = "nothing";

  private TestHandlers() {}

  /** A handler's work. */
  interface Body {
    Object handle(JsonNode input, StageContext context) throws Exception;
  }

  private static final class Named implements StageHandler<JsonNode, Object> {

    private final String name;
    private final Body body;

    Named(String name, Body body) {
      this.name = name;
      this.body = body;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Object handle(JsonNode input, StageContext context) throws Exception {
      return body.handle(input, context);
    }
  }

  static List<StageHandler<?, ?>> all() {
    return List.of(
        new Named("same", (input, context) -> input),
        new Named("wait", TestHandlers::await),
        new Named("look", TestHandlers::lookUntilCancelled),
        new Named("deaf", TestHandlers::ignoreInterrupts),
        new Named(
            "refuse",
            (input, context) -> {
              throw StageException.invalidInput("expected a number");
            }),
        new Named(
            "throw",
            (input, context) -> {
              throw new IllegalStateException("boom " + "x".repeat(40_000));
            }),
        new Named(
            "oom",
            (input, context) -> {
              throw new OutOfMemoryError("pretended");
            }),
        new Named("big", (input, context) -> "x".repeat(context.config().get("size").asInt())));
  }

  /** Waits as long as the config's millis say, telling half of the progress. */
  private static Object await(JsonNode input, StageContext context) throws InterruptedException {
    context.progress(0.5, "half");
    if (new CountDownLatch(1)
        .await(context.config().get("millis").asLong(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("nobody counts this latch down");
    }
    return input;
  }

  private static Object lookUntilCancelled(JsonNode input, StageContext context) {
    looked = "nothing";
    while (!context.isCancelled()) {
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        looked = "was interrupted";
        return input;
      }
    }
    looked = "saw it";
    return input;
  }

  private static Object ignoreInterrupts(JsonNode input, StageContext context) {
    long end =
        System.nanoTime() + Duration.ofMillis(context.config().get("millis").asLong()).toNanos();
    while (System.nanoTime() < end) {
      try {
        await(input, context);
      } catch (InterruptedException e) {
        // Deaf on purpose: the slot has to cope.
      }
    }
    return input;
  }
}
