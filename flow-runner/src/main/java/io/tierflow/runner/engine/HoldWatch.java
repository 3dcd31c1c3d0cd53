package io.tierflow.runner.engine;

import io.tierflow.machine.Decision;
import io.tierflow.machine.Event;
import io.tierflow.machine.Hold;
import io.tierflow.machine.Input;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which runs of one partition have tasks that a pause holds back, and are to hear when it is over.
 * It changes no run: it says whom to tell, again until the decision shows. What it costs follows
 * from the runs concerned. One thread owns it.
 */
final class HoldWatch {

  /** After how long a command that was not decided counts as lost. */
  static final Duration POST_AGAIN = Duration.ofSeconds(10);

  /** How many commands one tick posts at most; the rest are next. */
  private static final int POSTS_PER_TICK = 10_000;

  /** What keeps tasks back: either, or both. */
  private record Paused(String flow, String resourceClass) {}

  private final KnownPauses pauses;
  private final Map<Paused, Set<String>> held = new HashMap<>();
  private final Map<String, Instant> posted = new HashMap<>();

  HoldWatch(KnownPauses pauses) {
    this.pauses = pauses;
  }

  /** A run has a task for that class that was not sent. */
  void held(String runId, String flow, String resourceClass) {
    held.computeIfAbsent(new Paused(flow, resourceClass), hold -> new LinkedHashSet<>()).add(runId);
  }

  /** A run was decided. */
  void decided(String runId, String flow, Input input, Decision decision) {
    if (input instanceof Input.Release release && release.turns().isEmpty()) {
      forget(runId);
    }
    for (Event event : decision.events()) {
      if (event instanceof Event.TaskHeld task && task.reason() == Hold.PAUSE) {
        held(runId, flow, task.resourceClass());
      } else if (event instanceof Event.FanOutHeld elements && elements.reason() == Hold.PAUSE) {
        held(runId, flow, elements.resourceClass());
      } else if (event instanceof Event.RunEnded) {
        forget(runId);
      }
    }
  }

  /** Nothing of a run is held any more. */
  void forget(String runId) {
    posted.remove(runId);
    for (Iterator<Set<String>> all = held.values().iterator(); all.hasNext(); ) {
      Set<String> runs = all.next();
      runs.remove(runId);
      if (runs.isEmpty()) {
        all.remove();
      }
    }
  }

  /** The runs that are to be told now. */
  Set<String> due(Instant now) {
    posted.values().removeIf(since -> since.plus(POST_AGAIN).isBefore(now));
    Set<String> due = new HashSet<>();
    held.forEach(
        (hold, runs) -> {
          if (!pauses.isFlowPaused(hold.flow()) && !pauses.isClassPaused(hold.resourceClass())) {
            runs.stream()
                .filter(run -> due.size() < POSTS_PER_TICK)
                .filter(run -> posted.putIfAbsent(run, now) == null)
                .forEach(due::add);
          }
        });
    return due;
  }
}
