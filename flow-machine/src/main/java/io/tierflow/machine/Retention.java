package io.tierflow.machine;

import io.tierflow.flow.Pipeline;
import io.tierflow.machine.Decision.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes what is kept of a run that ended long ago. A wide for-each goes in pieces, each by a
 * command of its own, so that no decision takes long; the run itself goes last, so what a crash
 * cuts off is made up for when the command comes again. A flag that still stands is cleared first.
 */
public final class Retention {

  /** How many elements one decision removes. */
  static final int PIECE = 1000;

  private Retention() {}

  /** When a run that ended then is to be removed. */
  public static Deadline due(Instant endedAt, Duration retention) {
    return new Deadline(Deadline.Kind.PRUNE, null, 0, endedAt.plus(retention));
  }

  /** Decides one piece; the deadline's attempt says which. */
  static Decision reached(Scratch run, Deadline deadline) {
    RunRecord record = run.run().orElseThrow();
    boolean ended = record.state().isTerminal() && !deadline.dueAt().isBefore(record.endedAt());
    if (!ended) {
      return run.decided(Outcome.STALE); // of an earlier run that had the same id
    }
    if (!run.missing().open().isEmpty()) {
      // A decision of its own: told before what tells of it is removed.
      Deadlines.clearAllMissing(run);
      run.keep(deadline);
      return run.decided(Outcome.ACCEPTED);
    }
    run.missing().clearedBy(run.cause).forEach(flag -> run.again(new Event.MissingCleared(flag)));
    List<TaskKey> stages = stages(run.plan);
    long from = (long) deadline.attempt() * PIECE;
    long before = 0;
    for (TaskKey stage : stages) {
      int total = run.stage(stage).map(StageRecord::fanOut).map(FanOut::total).orElse(0);
      long last = Math.min(from + PIECE - before, total);
      for (long i = Math.max(from - before, 0); i < last; i++) {
        run.remove(EntryKey.of(stage.element((int) i)));
      }
      before += total;
    }
    if (before > from + PIECE) {
      run.keep(new Deadline(Deadline.Kind.PRUNE, null, deadline.attempt() + 1, deadline.dueAt()));
    } else {
      // All at once: a for-each's total says how many pieces there are, so it goes after them.
      stages.forEach(stage -> run.remove(EntryKey.of(stage)));
      run.plan.flow().pipelines().forEach(pipeline -> run.remove(EntryKey.of(pipeline.name())));
      run.remove(EntryKey.INPUT);
      run.remove(EntryKey.MISSING);
      run.remove(EntryKey.RUN);
    }
    return run.decided(Outcome.ACCEPTED);
  }

  private static List<TaskKey> stages(Plan plan) {
    List<TaskKey> stages = new ArrayList<>();
    for (Pipeline pipeline : plan.flow().pipelines()) {
      pipeline.stages().forEach(stage -> stages.add(TaskKey.of(pipeline.name(), stage.name())));
    }
    return stages;
  }
}
