package io.tierflow.runner.engine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.ForEach;
import io.tierflow.flow.Rate;
import io.tierflow.flow.Stage;
import io.tierflow.machine.Attempt;
import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.FanOut;
import io.tierflow.machine.Hold;
import io.tierflow.machine.Input;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.Sending;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.StageState;
import io.tierflow.machine.TaskKey;
import io.tierflow.runner.turns.Claim;
import io.tierflow.runner.turns.Limit;
import io.tierflow.runner.turns.Share;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Tells one partition's share of the turns what is decided of its runs, and the runs when it is
 * their tasks' turn. One thread owns it.
 */
final class TurnDesk {

  /** How often it looks for turns that other partitions' tasks, or time alone, have given. */
  static final Duration TICK = Duration.ofMillis(50);

  private final Share share;
  private final InstantSource clock;

  TurnDesk(Share share, InstantSource clock) {
    this.share = share;
    this.clock = clock;
  }

  /** Why a task of a run is not to be sent now; it is counted until that is decided. */
  Optional<Hold> ask(String runId, RunRecord run, Sending sending) {
    return share.hold(runId, claim(run, sending), sending, clock.millis());
  }

  /** Why a task whose turn was told is not to be sent now after all. */
  Optional<Hold> late(String runId, RunRecord run, Sending sending) {
    return share.late(runId, claim(run, sending), sending, clock.millis());
  }

  /** What was asked for comes to nothing. */
  void undecided() {
    share.settle();
  }

  /** A run was decided; {@code after} is how it is now. */
  void decided(String runId, Plan plan, Input input, Decision decision, RunEntries after) {
    long now = clock.millis();
    Supplier<RunRecord> run =
        () -> after.get(EntryKey.RUN).map(RunRecord.class::cast).orElseThrow();
    boolean fresh = decision.outcome() == Decision.Outcome.ACCEPTED;
    RunRecord whose = null; // read once, and only where it counts
    for (Event event : decision.events()) {
      if (event instanceof Event.TaskDispatched e && fresh) { // else it may have ended long ago
        whose = whose == null ? run.get() : whose;
        share.sent(runId, e.task(), claim(whose, plan, e.task(), e.resourceClass()), now);
      } else if (event instanceof Event.TaskHeld e && e.reason().isInLine()) {
        whose = whose == null ? run.get() : whose;
        share.waits(runId, e.task(), claim(whose, plan, e.task(), e.resourceClass()), now);
      } else if (event instanceof Event.TaskHeld e) {
        share.leaves(runId, e.task(), now);
      } else if (event instanceof Event.TaskSucceeded e) {
        share.done(runId, e.task(), now);
      } else if (event instanceof Event.TaskFailed e && wasPutOff(e)) {
        share.leaves(runId, e.task(), now);
      } else if (event instanceof Event.TaskFailed e) {
        share.done(runId, e.task(), now);
      } else if (event instanceof Event.StageCancelled e) {
        ended(runId, plan, e.task(), now);
      } else if (event instanceof Event.StageFailed e) {
        ended(runId, plan, e.task(), now);
      } else if (event instanceof Event.StageSucceeded e) {
        ended(runId, plan, e.task(), now);
      } else if (event instanceof Event.RunEnded) {
        share.forget(runId, now);
      }
    }
    share.settle();
    if (input instanceof Input.Release release) {
      release.turns().forEach(task -> share.answered(runId, task, now));
    }
    for (TaskKey whole : forEaches(input, decision)) {
      after
          .get(EntryKey.of(whole))
          .map(StageRecord.class::cast)
          .filter(record -> record.fanOut() != null && !record.state().isTerminal())
          .ifPresent(record -> unbegun(runId, plan, whole, record.fanOut(), run.get()));
    }
  }

  // Those whose counts were written, and those that a turn was told of, whatever came of it.
  private static Set<TaskKey> forEaches(Input input, Decision decision) {
    Set<TaskKey> wholes = new HashSet<>();
    decision
        .entries()
        .forEach(
            (key, entry) -> {
              if (entry instanceof StageRecord record && record.fanOut() != null) {
                wholes.add(TaskKey.of(key.pipeline(), key.stage()));
              }
            });
    if (input instanceof Input.Release release) {
      release.turns().stream().filter(TaskKey::isElement).map(TaskKey::whole).forEach(wholes::add);
    }
    return wholes;
  }

  private void unbegun(String runId, Plan plan, TaskKey whole, FanOut counts, RunRecord run) {
    Claim claim = claim(run, plan, whole, firstClass(plan, whole, run));
    boolean waits = counts.heldFor() != null && counts.heldFor().isInLine();
    int to = waits ? reach(plan, whole, counts) : 0;
    share.waitsUnbegun(runId, whole, claim, counts.sent(), to, clock.millis());
  }

  /** What an open for-each has that is not begun, when its partition is taken over. */
  void foundUnbegun(String runId, Plan plan, TaskKey whole, FanOut counts, RunRecord run) {
    Claim claim = claim(run, plan, whole, firstClass(plan, whole, run));
    share.foundUnbegun(runId, whole, claim, counts.sent(), reach(plan, whole, counts));
  }

  private static int reach(Plan plan, TaskKey whole, FanOut counts) {
    return counts.mayReach(plan.stage(whole).forEach().orElse(ForEach.DEFAULT).concurrency());
  }

  /** Where the first attempts of a stage of a run are sent. */
  static String firstClass(Plan plan, TaskKey whole, RunRecord run) {
    return run.classes().getOrDefault(whole.toString(), plan.stage(whole).resourceClass().name());
  }

  // The elements of a for-each that ended early may be out still, and nobody replies to them.
  private void ended(String runId, Plan plan, TaskKey task, long now) {
    if (!task.isElement() && plan.stage(task).forEach().isPresent()) {
      share.leavesWhole(runId, task, now);
    } else {
      share.leaves(runId, task, now);
    }
  }

  private static boolean wasPutOff(Event.TaskFailed failed) {
    Failure failure = failed.ending().failure();
    return failure != null && failure.kind() == FailureKind.DEFERRED;
  }

  /** What an open run has out, or waiting its turn, when its partition is taken over. */
  void found(String runId, TaskKey task, Attempt attempt, Whose whose) {
    Optional<Limit> limit =
        whose.rate().apply(task).map(rate -> limit(whose.run().flow(), task, rate));
    Listed run = whose.run();
    Claim claim = new Claim(attempt.lane(), run.flow(), run.priority(), run.submittedAt(), limit);
    if (attempt.state() == StageState.HELD) {
      share.found(runId, task, claim);
    } else {
      share.foundOut(runId, task, claim, attempt.sent(), clock.millis());
    }
  }

  /** The run that something is found of, and the rates of its stages. */
  record Whose(Listed run, Function<TaskKey, Optional<Rate>> rate) {}

  /** All that the partition has was found. */
  void allFound() {
    share.allFound(clock.millis());
  }

  /** Nothing of a run is out or waits any more. */
  void forget(String runId) {
    share.forget(runId, clock.millis());
  }

  /** Looks whose turn has come. */
  void tick() {
    share.tick(clock.millis());
  }

  /** Whether some run is to hear of its turn. */
  boolean isAnyDue() {
    return share.isAnyGiven();
  }

  /** The tasks whose turn it is, by run. */
  Map<String, List<TaskKey>> due() {
    return share.due(clock.millis());
  }

  /** The partition is another runner's. */
  void close() {
    share.close(clock.millis());
  }

  private static Claim claim(RunRecord run, Plan plan, TaskKey task, String resourceClass) {
    Stage stage = plan.stage(task);
    return new Claim(
        stage.launcher().lane(resourceClass),
        run.flow(),
        run.priority(),
        run.submittedAt(),
        stage.rate().map(rate -> limit(run.flow(), task, rate)));
  }

  private static Claim claim(RunRecord run, Sending sending) {
    Optional<Limit> limit = sending.rate().map(rate -> limit(run.flow(), sending.task(), rate));
    return new Claim(sending.lane(), run.flow(), run.priority(), run.submittedAt(), limit);
  }

  private static Limit limit(String flow, TaskKey task, Rate rate) {
    return new Limit(flow + "/" + task.whole(), rate);
  }
}
