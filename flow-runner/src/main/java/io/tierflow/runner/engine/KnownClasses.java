package io.tierflow.runner.engine;

import io.tierflow.client.ReplayRequest;
import io.tierflow.flow.Launcher;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The resource classes that a flow may name: those that the runner was started with, and those that
 * workers have announced since. Thread-safe.
 */
final class KnownClasses {

  private final Set<String> configured;
  private final LiveWorkers workers;

  KnownClasses(Set<String> configured, LiveWorkers workers) {
    this.configured = configured;
    this.workers = workers;
  }

  /** Their names, in order. */
  Set<String> names() {
    Set<String> known = new TreeSet<>(configured);
    known.addAll(workers.classes());
    return known;
  }

  /** The lanes, each a topic, of the configured ones: they are there before any worker is. */
  Set<String> configuredLanes() {
    return configured.stream()
        .flatMap(name -> Launcher.lanes(name).stream())
        .collect(Collectors.toSet());
  }

  /** The lanes of all of them. */
  Set<String> lanes() {
    Set<String> known = configuredLanes();
    known.addAll(workers.lanes());
    return known;
  }

  /**
   * Checks the class that a replay asks for.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  void check(ReplayRequest request) {
    Set<String> known = names();
    if (request.resourceClass() != null && !known.contains(request.resourceClass())) {
      throw new IllegalArgumentException(
          "class: found '"
              + request.resourceClass()
              + "', expected one of "
              + String.join(", ", known));
    }
  }
}
