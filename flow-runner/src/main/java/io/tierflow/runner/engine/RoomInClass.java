package io.tierflow.runner.engine;

import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Input;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.StageRecord;
import java.util.function.Function;

/**
 * Looks, when a worker found a task too large for itself, whether a live one of the same class has
 * the memory: then the task waits for that one, and is not sent to a larger class. Thread-safe.
 */
record RoomInClass(Function<PoolWatch.Need, PoolWatch.Sight> pools) {

  /** The input as the run is to take it. */
  Input seen(Plan plan, RunEntries entries, Input input) {
    return input instanceof Input.Failed failed
            && failed.failure().tooLarge()
            && isElsewhere(plan, entries, failed)
        ? new Input.Failed(
            failed.task(),
            failed.attempt(),
            failed.worker(),
            failed.startedAt(),
            failed.endedAt(),
            failed.failure().butNotElsewhere(),
            failed.peakMemoryBytes())
        : input;
  }

  private boolean isElsewhere(Plan plan, RunEntries entries, Input.Failed failed) {
    return entries
        .get(EntryKey.of(failed.task()))
        .map(StageRecord.class::cast)
        .flatMap(StageRecord::current)
        .filter(attempt -> attempt.number() == failed.attempt())
        .map(attempt -> PoolWatch.Need.of(attempt.lane(), plan.stage(failed.task())))
        .filter(need -> pools.apply(need).presence() == PoolWatch.Presence.PRESENT)
        .isPresent();
  }
}
