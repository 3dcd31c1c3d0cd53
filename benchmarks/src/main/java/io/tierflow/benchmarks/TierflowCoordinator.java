package io.tierflow.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.runner.engine.EngineConfig;
import io.tierflow.runner.engine.RunnerEngine;
import io.tierflow.wire.topics.TopicNames;
import java.util.Map;
import java.util.Set;

/** Tierflow's own engine, as a runner process starts it, without its HTTP API. */
final class TierflowCoordinator implements Coordinator {

  // Needed by queries between runners only; there is one, and nobody queries it.
  private static final String ADVERTISED = "http://127.0.0.1:1";

  private final RunnerEngine engine;

  private TierflowCoordinator(RunnerEngine engine) {
    this.engine = engine;
  }

  static TierflowCoordinator start(Lab lab, TopicNames names) {
    EngineConfig config =
        new EngineConfig(
            lab.bootstrap(),
            names.prefix(),
            lab.folder().resolve(names.prefix() + "runner"),
            ADVERTISED,
            Set.of(Chain.RESOURCE_CLASS),
            0,
            Map.of());
    return new TierflowCoordinator(
        RunnerEngine.start(config, lab.clocks().wall(), new SimpleMeterRegistry()));
  }

  @Override
  public void close() {
    engine.close();
  }
}
