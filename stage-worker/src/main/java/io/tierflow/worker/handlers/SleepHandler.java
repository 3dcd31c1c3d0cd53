package io.tierflow.worker.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * {@code sleep}: waits, telling its progress, and returns its input: a stand-in for real work.
 * Thread-safe; an interrupt or a cancellation ends it.
 *
 * <p>{@code with}: {@code for} (required), a duration, or an object from resource class to duration
 * such as {@code {small: 6s, large: 1.5s}}, which simulates what a faster tier would take.
 */
public final class SleepHandler implements StageHandler<JsonNode, JsonNode> {

  private static final int STEPS = 20;

  /** For the service loader. */
  public SleepHandler() {}

  @Override
  public String name() {
    return "sleep";
  }

  @Override
  public JsonNode handle(JsonNode input, StageContext context)
      throws StageException, InterruptedException {
    Duration duration =
        HandlerConfig.of(name(), context, "for").durationFor("for", context.resourceClass());
    String message = "sleeping for " + DurationValue.show(duration);
    // Few steps: each wakes up a little late, and the total should stay true.
    long step = duration.toNanos() / STEPS;
    for (int i = 0; i < STEPS; i++) {
      if (context.isCancelled()) {
        throw new InterruptedException("cancelled");
      }
      context.progress((double) i / STEPS, message);
      TimeUnit.NANOSECONDS.sleep(i < STEPS - 1 ? step : duration.toNanos() - (STEPS - 1) * step);
    }
    context.progress(1, message);
    return input;
  }
}
