package io.tierflow.runner.engine;

import io.tierflow.machine.Attempt;
import io.tierflow.machine.MissingRecord;
import io.tierflow.machine.RunState;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.StageState;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Tells a watch, once when a partition is taken over, what its open runs wait for: it remembers
 * nothing by itself, and the stores have all of it.
 */
final class OpenRuns {

  private OpenRuns() {}

  static void tell(Stores stores, PoolWatch watch) {
    try (KeyValueIterator<Bytes, byte[]> runs = stores.list().all()) {
      while (runs.hasNext()) {
        KeyValue<Bytes, byte[]> run = runs.next();
        Listed listed = EntryCodec.decode(run.value, Listed.class);
        if (!RunState.valueOf(listed.state()).isTerminal()) {
          String runId = StoreKeys.listedRun(run.key);
          queued(stores, runId, StoreKeys.firstStage(runId), StoreKeys.afterStages(runId), watch);
          queued(
              stores, runId, StoreKeys.firstElement(runId), StoreKeys.afterElements(runId), watch);
        }
      }
    }
    try (KeyValueIterator<Bytes, byte[]> missing = stores.missing().all()) {
      while (missing.hasNext()) {
        Flagged flagged = EntryCodec.decode(missing.next().value, Flagged.class);
        watch.flags(flagged.runId(), new MissingRecord(flagged.flags()));
      }
    }
  }

  private static void queued(Stores stores, String runId, Bytes from, Bytes to, PoolWatch watch) {
    try (KeyValueIterator<Bytes, byte[]> records = stores.entries().range(from, to)) {
      while (records.hasNext()) {
        StageRecord record = EntryCodec.decode(records.next().value, StageRecord.class);
        if (record.state() == StageState.QUEUED) {
          record
              .current()
              .map(Attempt::resourceClass)
              .ifPresent(resourceClass -> watch.sent(runId, resourceClass));
        }
      }
    }
  }
}
