package io.tierflow.runner.cli;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.runner.RunService;
import io.tierflow.runner.engine.EngineConfig;

/** Starts the engine behind a runner's HTTP API. */
@FunctionalInterface
public interface EngineFactory {

  /**
   * Starts an engine; it may still restore its state when this returns.
   *
   * @param meters where it registers what it counts
   * @throws RunService.UnavailableException if Kafka cannot be reached
   * @throws IllegalArgumentException if a setting cannot be used
   */
  Engine start(EngineConfig config, MeterRegistry meters);

  /**
   * A started engine.
   *
   * @param service what it does for its users
   * @param stop stops it in an orderly way; called once
   */
  record Engine(RunService service, Runnable stop) {}
}
