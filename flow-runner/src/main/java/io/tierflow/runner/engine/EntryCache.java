package io.tierflow.runner.engine;

import io.tierflow.machine.EntryKey;
import io.tierflow.machine.RunEntry;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The entries of the runs that were read or written last, decoded: a run's next reply finds what
 * the one before it left. Everything written goes to the store as well, so nothing is lost with it.
 * One thread owns it.
 */
final class EntryCache implements EntryReader {

  /** What an entry takes beside its bytes, roughly. */
  private static final int OVERHEAD = 300;

  private static final class Run {
    private final Map<EntryKey, Optional<RunEntry>> entries = new HashMap<>();
    private long bytes;
  }

  private final EntryReader store;
  private final long maxBytes;
  private final Map<String, Run> runs = new LinkedHashMap<>(1024, 0.75f, true);
  private long bytes;

  /**
   * A cache over a store.
   *
   * @param maxBytes how much it may hold, by the size of the entries as stored
   */
  EntryCache(EntryReader store, long maxBytes) {
    this.store = store;
    this.maxBytes = maxBytes;
  }

  @Override
  public Optional<RunEntry> read(String runId, EntryKey key) {
    Run run = runs.get(runId);
    Optional<RunEntry> cached = run == null ? null : run.entries.get(key);
    if (cached != null) {
      return cached;
    }
    Optional<RunEntry> entry = store.read(runId, key);
    // An entry's size is not known here; what is large was written here, and is counted there.
    keep(runId, key, entry, OVERHEAD);
    return entry;
  }

  /** Holds what has just been written to the store. */
  void written(String runId, EntryKey key, RunEntry entry, int size) {
    keep(runId, key, Optional.of(entry), OVERHEAD + size);
  }

  /** A run's entries are being removed. */
  void forget(String runId) {
    Run run = runs.remove(runId);
    if (run != null) {
      bytes -= run.bytes;
    }
  }

  // What an entry took before it was written again stays counted: runs leave as a whole, and one
  // that is written often leaves a little early.
  private void keep(String runId, EntryKey key, Optional<RunEntry> entry, int size) {
    Run run = runs.computeIfAbsent(runId, id -> new Run());
    run.entries.put(key, entry);
    run.bytes += size;
    bytes += size;
    Iterator<Run> eldest = runs.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      bytes -= eldest.next().bytes;
      eldest.remove();
    }
  }
}
