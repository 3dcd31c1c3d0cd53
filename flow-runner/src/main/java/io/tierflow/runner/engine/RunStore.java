package io.tierflow.runner.engine;

import io.tierflow.machine.Content;
import io.tierflow.machine.Deadline;
import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunEntry;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.StageRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;

/**
 * What is kept of one partition's runs: their entries, through a cache, their timers, and the lists
 * that they are in. One thread owns it.
 */
final class RunStore {

  /** What the entries of one partition may take in memory. */
  private static final long CACHE_BYTES = 16L << 20;

  private final Stores stores;
  private final Outbound outbound;
  private final EntryCache cache;

  /** An entry as it is kept, and its bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Kept(RunEntry entry, byte[] bytes) {}

  RunStore(Stores stores, Outbound outbound) {
    this.stores = stores;
    this.outbound = outbound;
    this.cache = new EntryCache(EntryReader.of(stores.entries()), CACHE_BYTES);
  }

  /** A run as it is stored, and what else is known of it. */
  RunEntries entries(String runId, StoreEntries.Known known) {
    return new StoreEntries(runId, cache.reader(runId), stores.entries(), known);
  }

  /**
   * Makes a decision on a run ready to be written; what it gives writes it. All of it or nothing:
   * what does not fit is found before the first write.
   */
  Runnable prepared(String runId, Decision decision) {
    Map<EntryKey, Kept> entries = encode(runId, decision);
    return () -> {
      write(runId, entries);
      decision.lapsed().forEach(deadline -> forget(runId, deadline));
      decision.deadlines().forEach(deadline -> keep(runId, deadline));
      remove(runId, decision);
    };
  }

  /** Takes a run that was submitted then off the list. */
  void unlist(String runId, Instant submittedAt) {
    stores.list().delete(StoreKeys.listed(submittedAt, runId));
  }

  void keep(String runId, Deadline deadline) {
    stores
        .deadlines()
        .put(
            StoreKeys.deadline(runId, deadline),
            EntryCodec.encode(new RunDesk.Due(runId, deadline)));
  }

  void forget(String runId, Deadline deadline) {
    stores.deadlines().delete(StoreKeys.deadline(runId, deadline));
  }

  private Map<EntryKey, Kept> encode(String runId, Decision decision) {
    // In the order of the decision: a crash keeps a beginning of what is written.
    Map<EntryKey, Kept> encoded = new LinkedHashMap<>();
    decision
        .entries()
        .forEach(
            (key, entry) -> {
              RunEntry kept = compact(entry);
              byte[] bytes =
                  RecordLimits.fitting(
                      () -> "entry " + key + " of run " + runId,
                      EntryCodec.encode(kept),
                      RecordLimits.MAX_LARGE_RECORD_BYTES);
              encoded.put(key, new Kept(kept, bytes));
            });
    return encoded;
  }

  // One element of a list, or what a foreign worker gave, may be past the limit of what is inline.
  private RunEntry compact(RunEntry entry) {
    if (entry instanceof Content content) {
      return outbound.compact(content);
    }
    if (entry instanceof StageRecord record) {
      StageRecord held =
          record.holding(outbound.compact(record.input()), outbound.compact(record.output()));
      // Written with each of its elements' ends.
      return held.elements() == null ? held : held.reusing(outbound.aside(held.elements()));
    }
    return entry;
  }

  // In one batch: a write to the store costs more than what it writes.
  private void write(String runId, Map<EntryKey, Kept> entries) {
    List<KeyValue<Bytes, byte[]>> batch = new ArrayList<>(entries.size());
    entries.forEach(
        (key, kept) -> batch.add(KeyValue.pair(StoreKeys.entry(runId, key), kept.bytes())));
    stores.entries().putAll(batch);
    entries.forEach((key, kept) -> cache.written(runId, key, kept.entry(), kept.bytes().length));
    Kept kept = entries.get(EntryKey.RUN);
    if (kept != null && kept.entry() instanceof RunRecord run) {
      list(runId, run);
    }
  }

  private void list(String runId, RunRecord run) {
    stores
        .list()
        .put(StoreKeys.listed(run.submittedAt(), runId), EntryCodec.encode(Listed.of(run)));
    if (run.endedAt() != null) {
      cache.forget(runId); // else memory would be taken by what no reply comes for
    }
  }

  private void remove(String runId, Decision decision) {
    if (decision.removed().isEmpty()) {
      return;
    }
    cache.forget(runId);
    decision.removed().forEach(key -> stores.entries().delete(StoreKeys.entry(runId, key)));
  }
}
