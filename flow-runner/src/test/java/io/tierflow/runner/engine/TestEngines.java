package io.tierflow.runner.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierflow.wire.topics.TopicNames;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** Engines as most tests have them: the only one of its topics, with the system's clock. */
final class TestEngines {

  private TestEngines() {}

  /** Starts one that knows these classes. */
  static RunnerEngine start(String bootstrap, TopicNames topics, Path data, String... classes) {
    return RunnerEngine.start(
        config(bootstrap, topics, data, classes),
        InstantSource.system(),
        new SimpleMeterRegistry());
  }

  /** The configuration of one: nobody asks it by HTTP, and there are no standbys. */
  static EngineConfig config(String bootstrap, TopicNames topics, Path data, String... classes) {
    return new EngineConfig(
        bootstrap, topics.prefix(), data, "http://127.0.0.1:1", Set.of(classes), 0, Map.of());
  }
}
