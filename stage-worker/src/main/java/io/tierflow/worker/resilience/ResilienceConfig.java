package io.tierflow.worker.resilience;

import java.util.Map;
import java.util.Optional;

/**
 * The policies of a worker's handlers. Immutable.
 *
 * @param handlers by the handler's name; {@link #ANY} is for each that has none of its own
 */
public record ResilienceConfig(Map<String, HandlerPolicy> handlers) {

  /** The name that stands for every handler without a policy of its own. */
  public static final String ANY = "*";

  /** No policy for any handler. */
  public static final ResilienceConfig NONE = new ResilienceConfig(Map.of());

  /** Copies the map. */
  public ResilienceConfig {
    handlers = Map.copyOf(handlers);
  }

  /** What counts for a handler; its guards are its own, also where the policy is for any. */
  public Optional<HandlerPolicy> of(String handler) {
    return Optional.ofNullable(handlers.getOrDefault(handler, handlers.get(ANY)));
  }
}
