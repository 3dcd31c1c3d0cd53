package io.tierflow.standalone.hosted;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tierflow.flow.Launcher;

/** The registries of hosted workers: the runner's, where each of their meters is told apart. */
final class HostedMeters {

  /** The target of a worker whose handlers run in the runner's process. */
  static final String LOCAL = "local";

  private HostedMeters() {}

  /** A registry whose meters are told with the worker that they belong to. */
  static MeterRegistry of(
      MeterRegistry runner, String resourceClass, Launcher launcher, String target) {
    CompositeMeterRegistry own = new CompositeMeterRegistry();
    own.config().commonTags("class", resourceClass, "launcher", launcher.word(), "target", target);
    own.add(runner);
    return own;
  }
}
