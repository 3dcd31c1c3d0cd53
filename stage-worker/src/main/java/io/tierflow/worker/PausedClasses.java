package io.tierflow.worker;

import io.tierflow.schemas.Pausable;
import io.tierflow.schemas.Pause;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The resource classes that are paused, as far as it is known here. Thread-safe. */
final class PausedClasses {

  private final Set<String> paused = ConcurrentHashMap.newKeySet();

  /** A pause began, or is over; one of a flow is the runner's alone. */
  void take(Pause pause) {
    if (pause.getWhat() == Pausable.CLASS) {
      if (pause.getSince() == null) {
        paused.remove(pause.getName());
      } else {
        paused.add(pause.getName());
      }
    }
  }

  boolean isPaused(String resourceClass) {
    return paused.contains(resourceClass);
  }
}
