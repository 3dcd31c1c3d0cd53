package io.tierflow.local;

import io.tierflow.flow.Rate;
import io.tierflow.machine.Attempt;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.FanOut;
import io.tierflow.machine.Hold;
import io.tierflow.machine.MemoryEntries;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.Sending;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.StageState;
import io.tierflow.machine.TaskKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What one run has waiting for the rates of its stages, as its entries tell. Not thread-safe. */
final class RateLine {

  private final Plan plan;
  private final LocalRates rates;
  private final Set<TaskKey> called = new HashSet<>(); // stages that are on the agenda

  /** The run's entries, which send what its rates allow. */
  final MemoryEntries entries =
      new MemoryEntries() {
        @Override
        public Optional<Hold> turn(RunRecord run, Sending sending) {
          return sending
              .rate()
              .filter(rate -> !rates.start(run.flow(), sending.task(), rate))
              .map(rate -> Hold.RATE);
        }
      };

  RateLine(Plan plan, LocalRates rates) {
    this.plan = plan;
    this.rates = rates;
  }

  /** Tells, for each stage of which something begins to wait, when it is to be looked at. */
  Map<TaskKey, Instant> begun(List<Event> events) {
    Map<TaskKey, Instant> looks = new HashMap<>();
    Consumer<TaskKey> waits =
        task -> {
          if (called.add(task.whole())) {
            looks.put(task.whole(), nextAt(task));
          }
        };
    for (Event event : events) {
      if (event instanceof Event.TaskHeld held && held.reason() == Hold.RATE) {
        waits.accept(held.task());
      } else if (event instanceof Event.FanOutHeld held && held.reason() == Hold.RATE) {
        waits.accept(held.task());
      }
    }
    return looks;
  }

  /** Those of a stage that go now; they count as sent. */
  List<TaskKey> turns(TaskKey stage) {
    List<TaskKey> turns = new ArrayList<>();
    for (TaskKey task : waiting(stage)) {
      if (!rates.start(plan.flow().name(), task, rate(stage))) {
        break;
      }
      turns.add(task);
    }
    return turns;
  }

  /** When a stage is to be looked at again; empty when nothing of it waits. */
  Optional<Instant> again(TaskKey stage) {
    if (waiting(stage).isEmpty()) {
      called.remove(stage);
      return Optional.empty();
    }
    return Optional.of(nextAt(stage));
  }

  private Instant nextAt(TaskKey task) {
    return rates.nextAt(plan.flow().name(), task, rate(task));
  }

  private Rate rate(TaskKey task) {
    return plan.stage(task).rate().orElseThrow();
  }

  private List<TaskKey> waiting(TaskKey stage) {
    List<TaskKey> waiting = new ArrayList<>();
    StageRecord record = entries.get(EntryKey.of(stage)).map(StageRecord.class::cast).orElse(null);
    if (record == null || record.state().isTerminal()) {
      return waiting;
    }
    if (isHeld(record)) {
      waiting.add(stage);
    }
    entries.forEachElement(
        stage,
        (index, element) -> {
          if (isHeld(element)) {
            waiting.add(stage.element(index));
          }
        });
    FanOut counts = record.fanOut();
    if (counts != null && counts.heldFor() == Hold.RATE) {
      int reach = counts.mayReach(plan.stage(stage).forEach().orElseThrow().concurrency());
      for (int index = counts.sent(); index < reach; index++) {
        waiting.add(stage.element(index));
      }
    }
    return waiting;
  }

  private static boolean isHeld(StageRecord record) {
    return record.state() == StageState.QUEUED
        && record.current().flatMap(Attempt::hold).filter(Hold.RATE::equals).isPresent();
  }
}
