package io.tierflow.runner.engine;

import io.tierflow.flow.Rate;
import io.tierflow.machine.Attempt;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.FanOut;
import io.tierflow.machine.Hold;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.RunState;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.StageState;
import io.tierflow.machine.TaskKey;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the watches, once when a partition is taken over, what its open runs wait for: it remembers
 * nothing by itself, and the stores have all of it.
 */
final class OpenRuns {

  private static final Logger LOG = LoggerFactory.getLogger(OpenRuns.class);

  /** Who is told. */
  record Watches(MissingStore missing, PoolWatch pools, HoldWatch holds, TurnDesk turns) {}

  /** Where what is told comes from. */
  record Source(Stores stores, FlowDesk flows) {}

  private OpenRuns() {}

  /** Tells all there is; says how many runs there are, open or ended. */
  static long tell(Source source, Watches watches) {
    Stores stores = source.stores();
    long count = 0;
    try (KeyValueIterator<Bytes, byte[]> runs = stores.list().all()) {
      while (runs.hasNext()) {
        KeyValue<Bytes, byte[]> run = runs.next();
        count++;
        tell(run.key, () -> tell(source, run, watches));
      }
    }
    watches.turns().allFound();
    try (KeyValueIterator<Bytes, byte[]> missing = stores.missing().all()) {
      while (missing.hasNext()) {
        KeyValue<Bytes, byte[]> flags = missing.next();
        tell(
            flags.key,
            () -> {
              Flagged flagged = EntryCodec.decode(flags.value, Flagged.class);
              watches.missing().found(flags.key, flagged);
              watches.pools().flags(flagged.runId(), new MissingRecord(flagged.flags()));
            });
      }
    }
    return count;
  }

  // Else nobody could take the partition over, whatever is in it: what is damaged, and what a newer
  // version wrote. Its next look finds such a run all the same.
  private static void tell(Bytes key, Runnable run) {
    try {
      run.run();
    } catch (KafkaException e) {
      throw e; // the store itself
    } catch (RuntimeException e) {
      LOG.error("what an open run waits for cannot be read, and is not watched: {}", key, e);
    }
  }

  private static void tell(Source source, KeyValue<Bytes, byte[]> run, Watches watches) {
    Stores stores = source.stores();
    Listed listed = EntryCodec.decode(run.value, Listed.class);
    if (RunState.valueOf(listed.state()).isTerminal()) {
      return;
    }
    String runId = StoreKeys.listedRun(run.key);
    TurnDesk.Whose whose = new TurnDesk.Whose(listed, rates(source, listed));
    BiConsumer<TaskKey, Attempt> waits =
        (task, attempt) -> {
          if (attempt.hold().filter(Hold.PAUSE::equals).isPresent()) {
            watches.holds().held(runId, listed.flow(), attempt.resourceClass());
            return;
          }
          watches.turns().found(runId, task, attempt, whose);
          if (attempt.state() == StageState.QUEUED || attempt.isUnderItsLock()) {
            // Should its handler be one that is lacking, its next attempt says so.
            watches.pools().sent(runId, new PoolWatch.Need(attempt.lane(), null));
          }
        };
    Set<TaskKey> ended = new HashSet<>();
    each(
        stores,
        StoreKeys.firstStage(runId),
        StoreKeys.afterStages(runId),
        (key, record) -> {
          if (record.state().isTerminal()) {
            ended.add(StoreKeys.task(runId, key));
          } else if (record.fanOut() != null && record.fanOut().heldFor() != null) {
            unbegun(source, runId, watches, StoreKeys.task(runId, key), record.fanOut());
          } else {
            openAttempt(record).ifPresent(at -> waits.accept(StoreKeys.task(runId, key), at));
          }
        });
    each(
        stores,
        StoreKeys.firstElement(runId),
        StoreKeys.afterElements(runId),
        (key, record) ->
            openAttempt(record)
                .filter(at -> !ended.contains(StoreKeys.task(runId, key).whole()))
                .ifPresent(at -> waits.accept(StoreKeys.task(runId, key), at)));
  }

  private static void unbegun(
      Source source, String runId, Watches watches, TaskKey whole, FanOut counts) {
    RunRecord run =
        EntryReader.of(source.stores().entries())
            .read(runId, EntryKey.RUN)
            .map(RunRecord.class::cast)
            .orElseThrow();
    Plan plan = source.flows().plan(run.flow(), run.version()).orElseThrow();
    if (counts.heldFor().isInLine()) {
      watches.turns().foundUnbegun(runId, plan, whole, counts, run);
    } else {
      watches.holds().held(runId, run.flow(), TurnDesk.firstClass(plan, whole, run));
    }
  }

  private static Function<TaskKey, Optional<Rate>> rates(Source source, Listed run) {
    return task ->
        source.flows().plan(run.flow(), run.version()).flatMap(plan -> plan.stage(task).rate());
  }

  private static Optional<Attempt> openAttempt(StageRecord record) {
    return record.state() == StageState.QUEUED || record.state() == StageState.RUNNING
        ? record.current()
        : Optional.empty();
  }

  private static void each(
      Stores stores, Bytes from, Bytes to, BiConsumer<Bytes, StageRecord> reader) {
    try (KeyValueIterator<Bytes, byte[]> records = stores.entries().range(from, to)) {
      while (records.hasNext()) {
        KeyValue<Bytes, byte[]> entry = records.next();
        reader.accept(entry.key, EntryCodec.decode(entry.value, StageRecord.class));
      }
    }
  }
}
