package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.machine.Decision.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is held back: by a pause of a flow or of a class, because others go first, or by the rate of
 * its stage. An attempt that is to be sent meanwhile is taken into the run's state as HELD and sent
 * by a later input, when nothing holds it any more. Elements of a for-each are not even begun.
 */
final class Holds {

  private Holds() {}

  /** Doing it again does no harm: only what is held is sent, and what this sent before. */
  static Decision release(Scratch run) {
    if (run.hasEnded()) {
      return afterTheEnd(run);
    }
    Repeats.sendAgain(run);
    int before = run.changes();
    sendWhatIsFree(run);
    return run.decided(run.changes() == before ? Outcome.REPEATED : Outcome.ACCEPTED);
  }

  /** Sends what is held by nothing any more; of the rest it is said again that it is held. */
  static void sendWhatIsFree(Scratch run) {
    if (run.run().orElseThrow().state() == RunState.QUEUED && !run.isFlowPaused()) {
      run.emit(new Event.RunResumed());
    }
    for (Pipeline pipeline : run.plan.flow().pipelines()) {
      pipeline
          .stages()
          .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
          .forEach(task -> sendWhatIsFree(run, task));
    }
  }

  private static void sendWhatIsFree(Scratch run, TaskKey task) {
    Optional<StageRecord> record = run.stage(task);
    if (record.isEmpty() || record.get().state().isTerminal()) {
      return;
    }
    if (record.get().fanOut() == null) {
      send(run, task, record.get());
      return;
    }
    run.forEachElement(
        task,
        (index, element) -> {
          if (!RunMachine.isClosed(run, task.element(index))) {
            send(run, task.element(index), element);
          }
        });
    if (!RunMachine.isClosed(run, task)) {
      Advance.after(run, task);
    }
  }

  /**
   * It is the turn of these tasks: each that is held is sent, unless a pause or its rate holds it.
   * An element that is not begun stands for all of its for-each up to it, since they are sent in
   * their order. Only they are looked at, so that a turn costs the same however many elements wait
   * beside it.
   */
  static Decision turns(Scratch run, List<TaskKey> turns) {
    if (run.hasEnded()) {
      return afterTheEnd(run);
    }
    int before = run.changes();
    List<TaskKey> tasks = turns.stream().filter(task -> run.plan.find(task).isPresent()).toList();
    Map<TaskKey, Integer> reached = new LinkedHashMap<>();
    for (TaskKey task : tasks) {
      if (task.isElement()) {
        FanOuts.trustCounts(run, task.whole());
        reached.merge(task.whole(), task.index() + 1, Math::max);
      }
    }
    for (TaskKey task : tasks) {
      StageRecord record = run.stage(task).orElse(null);
      if (record != null && isHeld(record)) {
        turn(run, task, record);
      } else if (record != null && record.state() != StageState.WAITING) {
        Repeats.sent(run, task); // by this very command, before a crash
        if (record.state().isTerminal() && run.cause.equals(record.cause())) {
          Advance.after(run, task);
        }
      }
    }
    reached.forEach((whole, to) -> begin(run, whole, to, Set.copyOf(tasks)));
    return run.decided(run.changes() == before ? Outcome.REPEATED : Outcome.ACCEPTED);
  }

  private static void begin(Scratch run, TaskKey whole, int to, Set<TaskKey> named) {
    Optional<FanOut> counts = run.stage(whole).map(StageRecord::fanOut);
    if (counts.isEmpty()) {
      return;
    }
    Repeats.begun(run, whole, to, counts.get().sent(), named);
    if (!RunMachine.isClosed(run, whole)) {
      FanOuts.turn(run, whole, to);
    }
  }

  // A task whose time was up when it was released may have ended the run.
  private static Decision afterTheEnd(Scratch run) {
    if (!run.cause.equals(run.run().orElseThrow().cause())) {
      return run.decided(Outcome.STALE);
    }
    Repeats.sendAgain(run);
    return run.decided(Outcome.REPEATED);
  }

  private static void turn(Scratch run, TaskKey task, StageRecord record) {
    Attempt attempt = record.current().orElseThrow();
    if (RunMachine.isClosed(run, task) || run.isPaused()) {
      return; // a run that goes on asks again
    }
    if (hasOutlasted(run, task, record)) {
      return;
    }
    Optional<Hold> hold = run.late(task, attempt.resourceClass());
    if (hold.isPresent()) {
      hold(run, task, attempt, hold.get());
    } else {
      Advance.send(run, task, attempt);
    }
  }

  /** Sends one that was held back, if it was and is no more. */
  static void send(Scratch run, TaskKey task, StageRecord record) {
    if (!isHeld(record) || RunMachine.isClosed(run, task) || run.isPaused()) {
      return; // a paused run hears of it when it goes on
    }
    if (hasOutlasted(run, task, record)) {
      return;
    }
    Attempt attempt = record.current().orElseThrow();
    Optional<Hold> hold = run.hold(task, attempt.resourceClass());
    if (hold.isEmpty()) {
      Advance.send(run, task, attempt);
    } else if (!Cause.isLook(run.cause) || attempt.hold().filter(Hold::isInLine).isEmpty()) {
      hold(run, task, attempt, hold.get());
    } // else it waits on: looks are many, and say nothing of that
  }

  // What held it, or holds it, has outlasted what its total timeout left: it ends.
  private static boolean hasOutlasted(Scratch run, TaskKey task, StageRecord record) {
    Stage stage = run.plan.stage(task);
    boolean late = Totals.end(stage, record).filter(end -> !run.now.isBefore(end)).isPresent();
    if (late) {
      Totals.reached(run, task, stage, record);
    }
    return late;
  }

  // Said again where nothing changes: whoever watches over what is held learns of it by that.
  private static void hold(Scratch run, TaskKey task, Attempt attempt, Hold reason) {
    Event held =
        new Event.TaskHeld(
            task, attempt.number(), attempt.resourceClass(), Optional.empty(), reason);
    if (attempt.hold().filter(reason::equals).isPresent()) {
      run.again(held);
      run.touch(EntryKey.of(task));
    } else {
      run.emit(held);
    }
  }

  /**
   * Says again that a for-each is held, where whoever watches over that has just been told to
   * forget it.
   */
  static void sayAgain(Scratch run, Event.FanOutHeld held) {
    if (held.reason() == Hold.PAUSE && Cause.isRelease(run.cause)) {
      run.again(held);
    }
  }

  static boolean isHeld(StageRecord record) {
    return record.state() == StageState.QUEUED
        && record.current().filter(attempt -> attempt.state() == StageState.HELD).isPresent();
  }
}
