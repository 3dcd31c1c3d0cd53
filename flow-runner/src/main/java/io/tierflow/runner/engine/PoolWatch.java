package io.tierflow.runner.engine;

import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.Input;
import io.tierflow.machine.MissingRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which runs of one partition are to hear that the last worker of a lane is gone, or that one is
 * back. It changes no run: it says which commands to post, again until their decision shows. What
 * it costs follows from the runs concerned, not from all that are open. One thread owns it.
 */
final class PoolWatch {

  /** How often it is asked what to post. */
  static final Duration TICK = Duration.ofMillis(500);

  /** After how long a command that was not decided counts as lost. */
  static final Duration POST_AGAIN = Duration.ofSeconds(10);

  /** How many commands one tick posts at most; the rest are next. */
  private static final int POSTS_PER_TICK = 10_000;

  /** Whether a lane has a live worker that takes tasks. */
  enum Presence {
    PRESENT,
    GONE,
    /** The announcements of the workers are not known yet. */
    UNKNOWN
  }

  /** What a run is to hear. */
  record Change(String runId, String lane, boolean present) {}

  private final Function<String, Presence> pools;
  // By lane: the runs that sent a task there and have not heard of it since.
  private final Map<String, Set<String>> unaware = new HashMap<>();
  // By lane: the runs with a standing flag.
  private final Map<String, Set<String>> flagged = new HashMap<>();
  private final Map<Change, Instant> posted = new HashMap<>();

  PoolWatch(Function<String, Presence> pools) {
    this.pools = pools;
  }

  /** A task of a run was sent to a lane. */
  void sent(String runId, String lane) {
    add(unaware, lane, runId);
  }

  /** These are a run's flags now. */
  void flags(String runId, MissingRecord missing) {
    Set<String> lanes =
        missing.open().stream()
            .filter(flag -> flag.reason() == MissingRecord.Reason.NO_WORKERS)
            .map(MissingRecord.Flag::lane)
            .collect(Collectors.toSet());
    removeEverywhere(flagged, runId);
    lanes.forEach(lane -> add(flagged, lane, runId));
  }

  /** A run was decided. */
  void decided(String runId, Input input, Decision decision) {
    decision.tasks().forEach(order -> sent(runId, order.lane()));
    if (decision.entries().get(EntryKey.MISSING) instanceof MissingRecord missing) {
      flags(runId, missing);
    }
    if (input instanceof Input.PoolGone gone) {
      remove(unaware, gone.lane(), runId);
      posted.remove(new Change(runId, gone.lane(), false));
    } else if (input instanceof Input.PoolBack back) {
      sent(runId, back.lane()); // what waits there still does, should the pool go again
      posted.remove(new Change(runId, back.lane(), true));
    }
    if (decision.events().stream().anyMatch(Event.RunEnded.class::isInstance)) {
      forget(runId);
    }
  }

  /** Nothing of a run waits any more. */
  void forget(String runId) {
    removeEverywhere(unaware, runId);
    removeEverywhere(flagged, runId);
  }

  /** What is to be posted now. */
  List<Change> due(Instant now) {
    posted.values().removeIf(since -> since.plus(POST_AGAIN).isBefore(now));
    List<Change> due = new ArrayList<>();
    collect(unaware, false, now, due);
    collect(flagged, true, now, due);
    return due;
  }

  private void collect(
      Map<String, Set<String>> runs, boolean present, Instant now, List<Change> due) {
    Presence when = present ? Presence.PRESENT : Presence.GONE;
    runs.forEach(
        (lane, ids) -> {
          if (pools.apply(lane) == when) {
            ids.stream()
                .map(id -> new Change(id, lane, present))
                .filter(change -> due.size() < POSTS_PER_TICK)
                .filter(change -> posted.putIfAbsent(change, now) == null)
                .forEach(due::add);
          }
        });
  }

  private static void add(Map<String, Set<String>> runs, String lane, String runId) {
    runs.computeIfAbsent(lane, name -> new LinkedHashSet<>()).add(runId);
  }

  private static void remove(Map<String, Set<String>> runs, String lane, String runId) {
    Set<String> ids = runs.getOrDefault(lane, new HashSet<>());
    ids.remove(runId);
    if (ids.isEmpty()) {
      runs.remove(lane);
    }
  }

  private static void removeEverywhere(Map<String, Set<String>> runs, String runId) {
    List.copyOf(runs.keySet()).forEach(lane -> remove(runs, lane, runId));
  }
}
