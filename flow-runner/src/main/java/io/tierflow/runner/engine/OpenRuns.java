package io.tierflow.runner.engine;

import io.tierflow.machine.Attempt;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.RunState;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.StageState;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
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

  private OpenRuns() {}

  /** Tells all there is; says how many runs there are, open or ended. */
  static long tell(Stores stores, PoolWatch watch, HoldWatch holds) {
    long count = 0;
    try (KeyValueIterator<Bytes, byte[]> runs = stores.list().all()) {
      while (runs.hasNext()) {
        KeyValue<Bytes, byte[]> run = runs.next();
        count++;
        tell(run.key, () -> tell(stores, run, watch, holds));
      }
    }
    try (KeyValueIterator<Bytes, byte[]> missing = stores.missing().all()) {
      while (missing.hasNext()) {
        KeyValue<Bytes, byte[]> flags = missing.next();
        tell(
            flags.key,
            () -> {
              Flagged flagged = EntryCodec.decode(flags.value, Flagged.class);
              watch.flags(flagged.runId(), new MissingRecord(flagged.flags()));
            });
      }
    }
    return count;
  }

  // Else nobody could take the partition over. Its next look finds such a run all the same.
  private static void tell(Bytes key, Runnable run) {
    try {
      run.run();
    } catch (UncheckedIOException e) {
      LOG.error("what an open run waits for cannot be read, and is not watched: {}", key, e);
    }
  }

  private static void tell(
      Stores stores, KeyValue<Bytes, byte[]> run, PoolWatch watch, HoldWatch holds) {
    Listed listed = EntryCodec.decode(run.value, Listed.class);
    if (RunState.valueOf(listed.state()).isTerminal()) {
      return;
    }
    String runId = StoreKeys.listedRun(run.key);
    Consumer<Attempt> waits =
        attempt -> {
          if (attempt.state() == StageState.HELD) {
            holds.held(runId, listed.flow(), attempt.resourceClass());
          } else {
            // Should its handler be one that is lacking, its next attempt says so.
            watch.sent(runId, new PoolWatch.Need(attempt.lane(), null));
          }
        };
    queued(stores, StoreKeys.firstStage(runId), StoreKeys.afterStages(runId), waits);
    queued(stores, StoreKeys.firstElement(runId), StoreKeys.afterElements(runId), waits);
  }

  private static void queued(Stores stores, Bytes from, Bytes to, Consumer<Attempt> waits) {
    try (KeyValueIterator<Bytes, byte[]> records = stores.entries().range(from, to)) {
      while (records.hasNext()) {
        StageRecord record = EntryCodec.decode(records.next().value, StageRecord.class);
        if (record.state() == StageState.QUEUED) {
          record.current().ifPresent(waits);
        }
      }
    }
  }
}
