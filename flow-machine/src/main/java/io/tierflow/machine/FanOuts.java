package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.ForEach;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps a for-each going: elements are sent in order, a bounded number at once. */
final class FanOuts {

  private FanOuts() {}

  /**
   * Makes the counts anew from the elements when this owner sees the stage for the first time: a
   * crash may have kept an element's entry and lost the count, or the reverse.
   */
  static void trustCounts(Scratch run, TaskKey whole) {
    Optional<StageRecord> record = run.stage(whole);
    if (record.isEmpty()
        || record.get().fanOut() == null
        || run.hasEnded() // nothing follows from its counts, and its elements may be gone
        || !run.firstTouch(whole)) {
      return;
    }
    recount(run, whole);
  }

  /** Makes the counts anew, and the elements that are not there. */
  static void recount(Scratch run, TaskKey whole) {
    FanOut before = run.stage(whole).orElseThrow().fanOut();
    int total = before.total();
    int[] count = new int[3]; // sent, succeeded, failed
    int[] there = new int[1];
    Set<Integer> reused = new HashSet<>();
    run.forEachElement(
        whole,
        (index, element) -> {
          there[0]++;
          if (element.isReused()) {
            reused.add(index);
            return; // neither sent nor ever lost
          }
          if (element.state() != StageState.WAITING) {
            count[0] = index + 1;
          }
          count[1] += element.state() == StageState.SUCCEEDED ? 1 : 0;
          count[2] += element.state() == StageState.FAILED ? 1 : 0;
        });
    if (there[0] < total) { // only then: what a replay brought along may be past its retention
      reused.addAll(ReusedElements.in(run.data(), run.stage(whole).orElseThrow()).keySet());
    }
    while (reused.contains(count[0])) {
      count[0]++;
    }
    count[1] += (int) reused.stream().filter(index -> index < count[0]).count();
    // What was sent and is lost waits as what was never sent does.
    Hold hold = before.heldFor() == null && count[0] < before.sent() ? Hold.TURN : before.heldFor();
    FanOut counts = new FanOut(total, count[0], count[1], count[2], hold);
    if (!counts.equals(before) || there[0] < total) {
      run.emit(new Event.FanOutRecounted(whole, counts));
    }
  }

  /** An element has reached an end: send another, or end the stage. */
  static void elementEnded(Scratch run, TaskKey element) {
    StageRecord record = run.stage(element).orElseThrow();
    ForEach forEach = run.plan.stage(element).forEach().orElse(ForEach.DEFAULT);
    if (record.state() == StageState.FAILED
        && forEach.failFast()
        && !run.stage(element.whole()).orElseThrow().state().isTerminal()) {
      run.emit(new Event.StageFailed(element.whole(), named(element, record.failure())));
      Deadlines.clearMissing(run, element.whole()); // of the elements that nobody waits for now
    } else {
      settle(run, element.whole());
    }
  }

  /** Sends as many elements as may be out, and ends the stage when all have ended. */
  static void settle(Scratch run, TaskKey whole) {
    settle(run, whole, 0);
  }

  /** It is the turn of the elements before this index: only a pause holds these, or their rate. */
  static void turn(Scratch run, TaskKey whole, int to) {
    settle(run, whole, to);
    if (run.stage(whole).orElseThrow().state().isTerminal()) {
      Advance.after(run, whole);
    }
  }

  // What is held back is not begun: it costs no entry of its own until it is sent.
  private static void settle(Scratch run, TaskKey whole, int turnsTo) {
    StageRecord stage = run.stage(whole).orElseThrow();
    if (stage.state().isTerminal()) {
      return;
    }
    int bound = run.plan.stage(whole).forEach().orElse(ForEach.DEFAULT).concurrency();
    String tier = run.resourceClass(whole);
    FanOut counts = passReused(run, whole);
    Optional<Hold> hold = Optional.empty();
    while (counts.sent() < counts.mayReach(bound) && !run.isPaused()) {
      TaskKey next = whole.element(counts.sent());
      hold = counts.sent() < turnsTo ? run.late(next, tier) : run.hold(next, tier);
      if (hold.isPresent()) {
        break;
      }
      Advance.begin(run, next, tier);
      counts = passReused(run, whole);
    }
    say(run, whole, counts, hold);
    if (counts.succeeded() == counts.total()) {
      run.emit(new Event.StageSucceeded(whole));
    } else if (counts.succeeded() + counts.failed() == counts.total()) {
      run.emit(new Event.StageFailed(whole, firstFailure(run, whole)));
    }
  }

  // Once for each change: whoever gives turns finds what waits in the run's state.
  private static void say(Scratch run, TaskKey whole, FanOut counts, Optional<Hold> hold) {
    if (hold.isEmpty() && counts.heldFor() != null) {
      run.emit(new Event.FanOutReleased(whole));
    } else if (hold.isPresent() && hold.get() != counts.heldFor()) {
      run.emit(new Event.FanOutHeld(whole, run.resourceClass(whole), hold.get()));
    } else if (hold.isPresent()) {
      Holds.sayAgain(run, new Event.FanOutHeld(whole, run.resourceClass(whole), hold.get()));
    }
  }

  // What comes next is sent, and what is sent is a beginning of the list: so those that are not
  // sent at all count as soon as it is their turn.
  private static FanOut passReused(Scratch run, TaskKey whole) {
    StageRecord stage = run.stage(whole).orElseThrow();
    FanOut counts = stage.fanOut();
    if (stage.elements() == null) {
      return counts;
    }
    int next = counts.sent();
    while (next < counts.total() && isReused(run, whole.element(next))) {
      next++;
    }
    if (next > counts.sent()) {
      counts = counts.reused(next - counts.sent());
      run.emit(new Event.ElementsReused(whole, counts));
    }
    return counts;
  }

  private static boolean isReused(Scratch run, TaskKey element) {
    return run.stage(element).filter(StageRecord::isReused).isPresent();
  }

  private static Failure firstFailure(Scratch run, TaskKey whole) {
    List<Failure> failures = new ArrayList<>();
    run.forEachElement(
        whole,
        (index, element) -> {
          if (element.failure() != null) {
            failures.add(named(whole.element(index), element.failure()));
          }
        });
    Failure first = failures.get(0);
    return failures.size() == 1
        ? first
        : Failure.of(
            first.kind(),
            first.message() + " (and " + (failures.size() - 1) + " more elements)",
            first.detail());
  }

  private static Failure named(TaskKey element, Failure failure) {
    return Failure.of(
        failure.kind(), "element " + element.index() + ": " + failure.message(), failure.detail());
  }
}
