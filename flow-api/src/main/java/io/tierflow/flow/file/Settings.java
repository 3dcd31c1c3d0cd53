package io.tierflow.flow.file;

import io.tierflow.flow.Launcher;
import io.tierflow.flow.Rate;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.RetryPolicy;
import io.tierflow.flow.Timeouts;
import java.util.List;
import java.util.Optional;

/**
 * What a flow and a pipeline may say for all their stages. An inner level overrides key by key: a
 * stage's {@code timeout: {run: 5m}} keeps the flow's heartbeat.
 */
record Settings(
    Optional<ResourceClass> resourceClass,
    Launcher launcher,
    Timeouts timeouts,
    RetryPolicy retry,
    List<ResourceClass> onOutOfMemory,
    Optional<Rate> rate) {

  static final Settings NONE =
      new Settings(
          Optional.empty(),
          Launcher.KAFKA,
          Timeouts.NONE,
          RetryPolicy.NONE,
          List.of(),
          Optional.empty());

  /** Stands for a class that could not be read, so that its lack is not reported again. */
  static final ResourceClass UNREADABLE = new ResourceClass("unreadable");
}
