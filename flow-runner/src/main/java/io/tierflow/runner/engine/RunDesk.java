package io.tierflow.runner.engine;

import io.tierflow.machine.Deadline;
import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.Input;
import io.tierflow.machine.Plan;
import io.tierflow.machine.Retention;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunMachine;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.Stop;
import io.tierflow.machine.Stops;
import io.tierflow.machine.TaskKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes one input to one run: asks the machine, works out every record that follows, and only then
 * sends the tasks, publishes the events, and writes what was decided. Tasks go first only because
 * somebody waits for them: all of it leaves in no certain order, and whatever of it a crash loses,
 * the same input decides again. One thread owns it.
 */
final class RunDesk {

  private final Outbound outbound;
  private final EngineParts parts;
  private final DecisionRecords records;
  private final EngineMeters meters;
  private final KnownPauses pauses;
  private final RoomInClass room;
  private final Told told;
  private final Optional<Duration> retention;
  private final RunStore store;
  private final Map<String, Set<TaskKey>> touched = new HashMap<>(); // of open runs only

  /** What is told of every decision. */
  record Told(
      MissingStore missing,
      PoolWatch pools,
      HoldWatch holds,
      TurnDesk turns,
      TimesDesk times,
      KeptRuns.Share kept) {}

  /** A deadline as it is stored: whose it is, and what. */
  record Due(String runId, Deadline deadline) {}

  RunDesk(Stores stores, EngineParts parts, Told told) {
    this.outbound = parts.outbound();
    this.parts = parts;
    this.records = new DecisionRecords(parts);
    this.meters = parts.meters();
    this.pauses = parts.pauses();
    this.room = new RoomInClass(parts.pools());
    this.told = told;
    this.retention = parts.retention();
    this.store = new RunStore(stores, outbound);
  }

  /** The run as it is stored. */
  RunEntries entries(String runId) {
    return store.entries(
        runId,
        new StoreEntries.Known(
            outbound::bytes,
            stage -> firstTouch(runId, stage),
            pauses::isFlowPaused,
            pauses::isClassPaused,
            (run, sending) -> told.turns().ask(runId, run, sending),
            (run, sending) -> told.turns().late(runId, run, sending)));
  }

  // Nothing follows any more from the counts of a run that has ended: it is written last, so all
  // else of it is there.
  private boolean firstTouch(String runId, TaskKey stage) {
    boolean open = run(runId).filter(run -> !run.state().isTerminal()).isPresent();
    return open && touched.computeIfAbsent(runId, id -> new HashSet<>()).add(stage);
  }

  /** The run itself, if it is known here. */
  Optional<RunRecord> run(String runId) {
    return entries(runId).get(EntryKey.RUN).map(RunRecord.class::cast);
  }

  /** Takes a removed run off the lists; they may have kept it when a crash cut its removal off. */
  void unlist(String runId, Instant submittedAt) {
    if (run(runId).filter(run -> run.submittedAt().equals(submittedAt)).isEmpty()) {
      store.unlist(runId, submittedAt);
    }
  }

  /** Forgets a deadline of a run that is not known here. */
  void forget(String runId, Deadline deadline) {
    store.forget(runId, deadline);
  }

  /** Asks the machine what follows from an input; nothing of it is written or sent yet. */
  Effects decide(String runId, Plan plan, Input input, Instant now) {
    try {
      return workedOut(runId, plan, room.seen(plan, entries(runId), input), now);
    } catch (RuntimeException e) {
      touched.remove(runId); // counts that were made anew are not written
      told.turns().undecided();
      throw e;
    }
  }

  private Effects workedOut(String runId, Plan plan, Input input, Instant now) {
    Decision decision = RunMachine.decide(runId, plan, entries(runId), input, now, parts.now());
    Runnable write = store.prepared(runId, decision);
    RunEntries after = new DecidedEntries(decision.entries(), entries(runId));
    List<Stop> stops = Stops.of(plan, after, input, decision);
    List<Outgoing> leaving =
        records.of(new DecisionRecords.Decided(runId, plan, decision, after), stops, now);
    return send -> {
      leaving.forEach(send);
      write.run();
      told.missing().decided(runId, plan.flow().name(), decision, now);
      meters.decided(input, decision);
      meters.setAside(leaving.stream().filter(records::isDeadLetter).count());
      meters.stopped(stops);
      told.pools().decided(runId, input, decision);
      told.times().decided(plan, decision);
      told.holds().decided(runId, plan.flow().name(), input, decision);
      told.turns().decided(runId, plan, input, decision, after);
      if (decision.events().stream().anyMatch(Event.RunEnded.class::isInstance)) {
        ended(runId, (RunRecord) decision.entries().get(EntryKey.RUN));
      }
      if (decision.removed().contains(EntryKey.RUN)) {
        removed(runId);
      }
    };
  }

  private void ended(String runId, RunRecord run) {
    touched.remove(runId);
    retention.ifPresent(time -> store.keep(runId, Retention.due(run.endedAt(), time)));
  }

  private void removed(String runId) {
    told.pools().forget(runId);
    told.holds().forget(runId);
    told.turns().forget(runId);
    told.kept().pruned();
  }
}
