package io.tierflow.examples.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.handler.StageContext;
import io.tierflow.handler.StageException;
import io.tierflow.handler.StageHandler;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code simulated-cost}: does the real work of another handler, then holds its slot until a
 * simulated cost has passed since its start, and returns the other handler's output. It makes the
 * time of a stage foreseeable, also per tier: only the time is simulated. Thread-safe; an interrupt
 * or a cancellation ends it. As idempotent as the other handler is.
 *
 * <p>{@code with}:
 *
 * <ul>
 *   <li>{@code of} (required): the name of the handler that does the work; it takes JSON
 *   <li>{@code with}: that handler's own configuration; default none
 *   <li>{@code cost} (required): a duration such as {@code 1.5s}, or an object from resource class
 *       to duration; work that takes longer is not cut short
 * </ul>
 */
public final class SimulatedCostHandler implements StageHandler<JsonNode, Object> {

  private static final String NAME = "simulated-cost";
  private static final int STEPS = 20;

  /** Loaded on first use: while the service loader is still at work it must not be asked again. */
  private static final class Others {
    private static final SortedMap<String, StageHandler<JsonNode, ?>> BY_NAME = load();
  }

  /** For the service loader. */
  public SimulatedCostHandler() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  @SuppressWarnings("InterruptedExceptionSwallowed") // the other handler may throw whatever it does
  public Object handle(JsonNode input, StageContext context) throws Exception {
    JsonNode with = context.config();
    Duration cost = cost(with.path("cost"), context.resourceClass());
    StageHandler<JsonNode, ?> other = other(with.path("of"));
    JsonNode config = with.path("with");
    if (!config.isMissingNode() && !config.isObject()) {
      throw wrong("with", "an object", config.toString());
    }
    // A timer started with the work: what is left of it afterwards is the time to hold.
    CompletableFuture<Void> timer =
        CompletableFuture.runAsync(
            () -> {},
            CompletableFuture.delayedExecutor(cost.toNanos(), TimeUnit.NANOSECONDS, Runnable::run));
    try {
      Object output =
          other.handle(
              input,
              new DelegatedContext(
                  context,
                  config.isMissingNode() ? JsonNodeFactory.instance.objectNode() : config));
      hold(timer, cost, context);
      return output;
    } finally {
      timer.cancel(false);
    }
  }

  private static void hold(CompletableFuture<Void> timer, Duration cost, StageContext context)
      throws InterruptedException, ExecutionException {
    String message = "simulating a cost of " + cost.toMillis() + " ms";
    long step = Math.max(1, cost.toNanos() / STEPS);
    for (int i = 1; ; i++) {
      try {
        timer.get(step, TimeUnit.NANOSECONDS);
        return;
      } catch (TimeoutException e) {
        if (context.isCancelled()) {
          throw new InterruptedException("cancelled");
        }
        context.progress(Math.min(1.0, (double) i / STEPS), message);
      }
    }
  }

  private static Duration cost(JsonNode cost, String resourceClass) throws StageException {
    JsonNode own = cost.isObject() ? cost.path(resourceClass) : cost;
    Optional<Duration> duration =
        own.isTextual() ? CostText.parse(own.textValue()) : Optional.empty();
    if (duration.isEmpty()) {
      throw wrong(
          cost.isObject() ? "cost." + resourceClass : "cost",
          CostText.EXPECTED,
          own.isMissingNode() ? "nothing" : own.toString());
    }
    return duration.get();
  }

  private static StageHandler<JsonNode, ?> other(JsonNode of) throws StageException {
    StageHandler<JsonNode, ?> other = Others.BY_NAME.get(of.asText());
    if (other == null) {
      throw wrong(
          "of",
          "one of " + String.join(", ", Others.BY_NAME.keySet()),
          of.isMissingNode() ? "nothing" : of.toString());
    }
    return other;
  }

  private static SortedMap<String, StageHandler<JsonNode, ?>> load() {
    SortedMap<String, StageHandler<JsonNode, ?>> handlers = new TreeMap<>();
    for (StageHandler<?, ?> handler :
        ServiceLoader.load(StageHandler.class, SimulatedCostHandler.class.getClassLoader())) {
      if (takesJson(handler) && !NAME.equals(handler.name())) {
        @SuppressWarnings("unchecked") // its handle method takes a JsonNode, as just checked
        StageHandler<JsonNode, ?> json = (StageHandler<JsonNode, ?>) handler;
        handlers.put(handler.name(), json);
      }
    }
    return handlers;
  }

  private static boolean takesJson(StageHandler<?, ?> handler) {
    return Arrays.stream(handler.getClass().getMethods())
        .filter(method -> method.getName().equals("handle") && method.getParameterCount() == 2)
        .map(Method::getParameterTypes)
        .anyMatch(types -> types[0] == JsonNode.class && types[1] == StageContext.class);
  }

  private static StageException wrong(String key, String expected, String found) {
    return StageException.invalidInput(
        "%s: with.%s: expected %s, found %s".formatted(NAME, key, expected, found));
  }
}
