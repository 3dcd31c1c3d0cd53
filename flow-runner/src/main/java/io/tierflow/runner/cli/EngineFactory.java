package io.tierflow.runner.cli;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.tierflow.runner.RunService;
import io.tierflow.runner.engine.EngineConfig;

/** Starts the engine behind a runner's HTTP API. */
@FunctionalInterface
public interface EngineFactory {

  /**
   * Starts an engine.
   *
   * @throws RunService.UnavailableException if Kafka cannot be reached
   * @throws IllegalArgumentException if a setting cannot be used
   */
  Engine start(EngineConfig config);

  /**
   * A started engine.
   *
   * @param service what it does for its users
   * @param meters adds its figures to those of the runner
   * @param stop stops it in an orderly way; called once
   */
  record Engine(RunService service, MeterBinder meters, Runnable stop) {}
}
