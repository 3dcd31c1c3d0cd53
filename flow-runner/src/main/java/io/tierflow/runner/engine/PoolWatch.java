package io.tierflow.runner.engine;

import io.tierflow.flow.Stage;
import io.tierflow.flow.file.ByteSize;
import io.tierflow.machine.Attempt;
import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.Input;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.MissingRecord.Wanted;
import io.tierflow.machine.StageRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which runs of one partition are to hear that the last worker of a lane is gone, or the last one
 * with a handler and memory for it, or that one is back. One that is stopping takes nothing new and
 * counts as gone, but not for what it still ends: that is told again when it has left. It changes
 * no run: it says which commands to post, again until their decision shows. What it costs follows
 * from the runs concerned, not from all that are open. One thread owns it.
 */
final class PoolWatch {

  /** How often it is asked what to post. */
  static final Duration TICK = Duration.ofMillis(500);

  /** After how long a command that was not decided counts as lost. */
  static final Duration POST_AGAIN = Duration.ofSeconds(10);

  /** How many commands one tick posts at most; the rest are next. */
  private static final int POSTS_PER_TICK = 10_000;

  /** How many workers that lack a handler are named. */
  private static final int MOST_NAMES = 10;

  /**
   * What a task needs.
   *
   * @param handler null where it is not known
   * @param memory the bytes that it declares; 0 for none, and where that is not known
   */
  record Need(String lane, String handler, long memory) {

    /** Of a task that declares no memory. */
    Need(String lane, String handler) {
      this(lane, handler, 0);
    }

    static Need of(String lane, Stage stage) {
      return new Need(lane, stage.handler(), stage.memory());
    }

    static Need of(String lane, Optional<Wanted> wanted) {
      return new Need(
          lane, wanted.map(Wanted::handler).orElse(null), wanted.map(Wanted::memory).orElse(0L));
    }
  }

  /** Whether some live worker takes tasks of a need. */
  enum Presence {
    PRESENT,
    /** The lane has workers, but none with the handler and the memory. */
    LACKING,
    /** The lane has no worker. */
    GONE,
    /** The announcements of the workers are not known yet. */
    UNKNOWN
  }

  /**
   * What there is for a need.
   *
   * @param detail which workers lack what; empty unless it is lacking
   * @param tooLarge whether it is the memory that they lack
   * @param stopping where none takes such tasks: the workers of the lane that are about to go and
   *     still end what they have begun
   */
  record Sight(Presence presence, String detail, boolean tooLarge, List<String> stopping) {

    static final Sight PRESENT = new Sight(Presence.PRESENT, "");
    static final Sight GONE = new Sight(Presence.GONE, "");
    static final Sight UNKNOWN = new Sight(Presence.UNKNOWN, "");

    private Sight(Presence presence, String detail) {
      this(presence, detail, false, List.of());
    }

    /** These workers of the lane, all there are, lack the handler. */
    static Sight lacking(Need need, List<String> workers) {
      return new Sight(
          Presence.LACKING,
          "no live worker of class "
              + need.lane()
              + " has handler "
              + need.handler()
              + "; without it: "
              + names(workers));
    }

    /**
     * These workers of the lane, all with the handler, never have the memory.
     *
     * @param workers each with what it has
     */
    static Sight tooLarge(Need need, List<String> workers) {
      return new Sight(
          Presence.LACKING,
          "no live worker of class "
              + need.lane()
              + " with handler "
              + need.handler()
              + " has "
              + ByteSize.text(need.memory())
              + " of memory for a task; less: "
              + names(workers),
          true,
          List.of());
    }

    /** The same while these are about to go. */
    Sight before(List<String> workers) {
      return new Sight(presence, detail, tooLarge, List.copyOf(workers));
    }

    private static String names(List<String> workers) {
      int more = workers.size() - MOST_NAMES;
      return String.join(", ", workers.subList(0, Math.min(MOST_NAMES, workers.size())))
          + (more > 0 ? " and " + more + " more" : "");
    }

    private boolean isMissing() {
      return presence == Presence.GONE || presence == Presence.LACKING;
    }
  }

  /**
   * What a run is to hear.
   *
   * @param sight what there is for the need
   */
  record Change(String runId, Need need, boolean present, Sight sight) {}

  // What is flagged already: whether for want of workers, or of the handler.
  private record Standing(Need need, boolean lack) {}

  private record Post(String runId, Need need, boolean present) {}

  // A worker that was about to go when its runs heard that nobody else takes such tasks.
  private record Leaving(Need need, String worker) {}

  private final Function<Need, Sight> pools;
  // By need: the runs that sent a task there and have not heard of it since.
  private final Map<Need, Set<String>> unaware = new HashMap<>();
  // The runs with a standing flag.
  private final Map<Standing, Set<String>> flagged = new HashMap<>();
  // The runs that are to hear it again once this worker ends nothing of theirs any more.
  private final Map<Leaving, Set<String>> leaving = new HashMap<>();
  private final Map<Post, Instant> posted = new HashMap<>();

  PoolWatch(Function<Need, Sight> pools) {
    this.pools = pools;
  }

  /** A task of a run was sent that needs this. */
  void sent(String runId, Need need) {
    add(unaware, need, runId);
  }

  /** These are a run's flags now. */
  void flags(String runId, MissingRecord missing) {
    removeEverywhere(flagged, runId);
    missing.open().stream()
        .filter(flag -> flag.reason() == MissingRecord.Reason.NO_WORKERS)
        .map(PoolWatch::standing)
        .forEach(standing -> add(flagged, standing, runId));
  }

  /** A run was decided. */
  void decided(String runId, Input input, Decision decision) {
    decision.tasks().forEach(order -> sent(runId, Need.of(order.lane(), order.stage())));
    if (decision.entries().get(EntryKey.MISSING) instanceof MissingRecord missing) {
      flags(runId, missing);
    }
    if (input instanceof Input.Started started
        && decision.entries().get(EntryKey.of(started.task())) instanceof StageRecord stage) {
      stage
          .current()
          .filter(Attempt::isUnderItsLock)
          .ifPresent(attempt -> began(runId, attempt.lane()));
    }
    if (input instanceof Input.PoolGone gone) {
      Need need = Need.of(gone.lane(), gone.wanted());
      remove(unaware, need, runId);
      gone.stopping().forEach(worker -> add(leaving, new Leaving(need, worker), runId));
      posted.remove(new Post(runId, need, false));
    } else if (input instanceof Input.PoolBack back) {
      Need need = new Need(back.lane(), back.handler().orElse(null), back.memory());
      sent(runId, need); // what waits there still does, should the pool go again
      posted.remove(new Post(runId, need, true));
    }
    if (decision.events().stream().anyMatch(Event.RunEnded.class::isInstance)) {
      forget(runId);
    }
  }

  // It may have heard that its pool is gone before it began: the pool may go again.
  private void began(String runId, String lane) {
    boolean hears =
        unaware.entrySet().stream()
            .anyMatch(e -> e.getKey().lane().equals(lane) && e.getValue().contains(runId));
    if (!hears) {
      sent(runId, new Need(lane, null));
    }
  }

  /** What was posted cannot be decided: a mended store, or another runner, may be needed. */
  void putOff(String runId, Need need, boolean present, Instant now) {
    posted.put(new Post(runId, need, present), now.plus(Timers.PUT_OFF).minus(POST_AGAIN));
  }

  /** Nothing of a run waits any more. */
  void forget(String runId) {
    removeEverywhere(unaware, runId);
    removeEverywhere(flagged, runId);
    removeEverywhere(leaving, runId);
  }

  /** What is to be posted now. */
  List<Change> due(Instant now) {
    posted.values().removeIf(since -> since.plus(POST_AGAIN).isBefore(now));
    List.copyOf(leaving.keySet()).stream().filter(this::hasLeft).forEach(this::unawareOf);
    List<Change> due = new ArrayList<>();
    unaware.forEach(
        (need, runs) -> {
          Sight sight = pools.apply(need);
          if (sight.isMissing()) {
            post(runs, new Change("", need, false, sight), now, due);
          }
        });
    flagged.forEach(
        (standing, runs) -> {
          if (isOver(standing)) {
            post(runs, new Change("", standing.need(), true, Sight.PRESENT), now, due);
          }
        });
    return due;
  }

  private boolean hasLeft(Leaving worker) {
    Sight sight = pools.apply(worker.need());
    return sight.presence() != Presence.UNKNOWN && !sight.stopping().contains(worker.worker());
  }

  private void unawareOf(Leaving worker) {
    leaving.remove(worker).forEach(runId -> sent(runId, worker.need()));
  }

  // A flag for another reason than that which holds now is cleared too, and raised anew for it.
  private boolean isOver(Standing standing) {
    Sight sight = pools.apply(standing.need());
    return sight.presence() == Presence.PRESENT
        || (sight.isMissing() && (sight.presence() == Presence.LACKING) != standing.lack());
  }

  private void post(Set<String> runs, Change what, Instant now, List<Change> due) {
    runs.stream()
        .filter(id -> due.size() < POSTS_PER_TICK)
        .filter(id -> posted.putIfAbsent(new Post(id, what.need(), what.present()), now) == null)
        .map(id -> new Change(id, what.need(), what.present(), what.sight()))
        .forEach(due::add);
  }

  private static Standing standing(MissingRecord.Flag flag) {
    return new Standing(Need.of(flag.lane(), Optional.ofNullable(flag.wanted())), flag.isLack());
  }

  private static <K> void add(Map<K, Set<String>> runs, K what, String runId) {
    runs.computeIfAbsent(what, it -> new LinkedHashSet<>()).add(runId);
  }

  private static <K> void remove(Map<K, Set<String>> runs, K what, String runId) {
    Set<String> ids = runs.getOrDefault(what, new HashSet<>());
    ids.remove(runId);
    if (ids.isEmpty()) {
      runs.remove(what);
    }
  }

  private static <K> void removeEverywhere(Map<K, Set<String>> runs, String runId) {
    List.copyOf(runs.keySet()).forEach(what -> remove(runs, what, runId));
  }
}
