package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.machine.Decision.Outcome;
import io.tierflow.machine.MissingRecord.Flag;
import io.tierflow.machine.MissingRecord.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Accounts for every pipeline and stage of a run that has ended, whatever it ended as: each must
 * have an end of its own. A for-each is taken by its counts, not element by element.
 */
final class Audit {

  private Audit() {}

  /** Whether an ended run lacks nothing. Reads one entry per pipeline and stage. */
  static boolean isComplete(Plan plan, RunEntries entries) {
    return unaccounted(plan, entries).isEmpty();
  }

  /**
   * What has no end: stages, and an empty one where a pipeline has none though all its stages do.
   */
  static List<Optional<TaskKey>> unaccounted(Plan plan, RunEntries entries) {
    List<Optional<TaskKey>> found = new ArrayList<>();
    for (Pipeline pipeline : plan.flow().pipelines()) {
      List<Optional<TaskKey>> stages =
          pipeline
              .stages()
              .map(stage -> TaskKey.of(pipeline.name(), stage.name()))
              .filter(task -> !isAccountedFor(entries, task))
              .map(Optional::of)
              .toList();
      found.addAll(stages);
      boolean ended =
          entries
              .get(EntryKey.of(pipeline.name()))
              .filter(entry -> ((PipelineRecord) entry).state().isTerminal())
              .isPresent();
      if (!ended && stages.isEmpty()) {
        found.add(Optional.empty());
      }
    }
    return found;
  }

  private static boolean isAccountedFor(RunEntries entries, TaskKey task) {
    return entries
        .get(EntryKey.of(task))
        .map(StageRecord.class::cast)
        .filter(record -> record.state().isTerminal())
        .filter(
            record ->
                record.fanOut() == null
                    || record.state() != StageState.SUCCEEDED
                    || record.fanOut().succeeded() == record.fanOut().total())
        .isPresent();
  }

  /** Flags what the run, which ends or has ended, lacks and is not flagged yet. */
  static void flag(Scratch run) {
    for (Optional<TaskKey> lacking : unaccounted(run.plan, run)) {
      TaskKey task = lacking.orElse(null);
      if (!stands(run, task)) {
        run.emit(new Event.MissingFlagged(raised(run, task)));
      }
    }
  }

  /** Looks at a run that has ended. */
  static Decision atRest(Scratch run) {
    if (!run.missing().raisedBy(run.cause).isEmpty()) {
      Repeats.sendAgain(run);
      return run.decided(Outcome.REPEATED);
    }
    int before = run.changes();
    flag(run);
    return run.decided(run.changes() == before ? Outcome.STALE : Outcome.ACCEPTED);
  }

  static Flag raised(Scratch run, TaskKey task) {
    Optional<Attempt> attempt =
        Optional.ofNullable(task).flatMap(run::stage).flatMap(StageRecord::current);
    return Flag.raised(Reason.UNACCOUNTED, task, attempt, run.now, run.cause);
  }

  static boolean stands(Scratch run, TaskKey task) {
    return run.missing().open().stream()
        .anyMatch(flag -> flag.reason() == Reason.UNACCOUNTED && Objects.equals(flag.task(), task));
  }
}
