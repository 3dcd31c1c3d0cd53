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
final class EntryCache {

  /** What an entry takes beside its bytes, roughly. */
  private static final int OVERHEAD = 300;

  private static final class Run {
    private final Map<EntryKey, Optional<RunEntry>> entries = new HashMap<>();
    private long bytes;
    private boolean complete; // what is not here is not in the store either
    private boolean left; // no longer cached: whoever still reads it, reads from the store

    void leave() {
      entries.clear();
      complete = false;
      left = true;
    }
  }

  private final EntryReader store;
  private final long maxBytes;
  private final Map<String, Run> runs = new LinkedHashMap<>(1024, 0.75f, true);
  private long bytes;
  private String lastId; // null before the first
  private Run last; // of that id

  /**
   * A cache over a store.
   *
   * @param maxBytes how much it may hold, by the size of the entries as stored
   */
  EntryCache(EntryReader store, long maxBytes) {
    this.store = store;
    this.maxBytes = maxBytes;
  }

  /** Reads entries of one run, which is looked up once for all of them; good for one decision. */
  EntryReader reader(String runId) {
    Run run = run(runId);
    return (id, key) -> read(run, id, key);
  }

  // A decision asks for the same run several times.
  private Run run(String runId) {
    if (!runId.equals(lastId) || last.left) {
      last = runs.computeIfAbsent(runId, id -> new Run());
      lastId = runId;
    }
    return last;
  }

  /** Holds what has just been written to the store. */
  void written(String runId, EntryKey key, RunEntry entry, int size) {
    keep(run(runId), key, Optional.of(entry), OVERHEAD + size);
  }

  /** Nothing of a run is to be expected soon, since it has ended; or it is being removed. */
  void forget(String runId) {
    Run run = runs.remove(runId);
    if (run != null) {
      bytes -= run.bytes;
      run.leave();
    }
  }

  private Optional<RunEntry> read(Run run, String runId, EntryKey key) {
    Optional<RunEntry> cached = run.entries.get(key);
    if (cached != null) {
      return cached;
    }
    if (run.complete) {
      return Optional.empty();
    }
    Optional<RunEntry> entry = store.read(runId, key);
    // The run itself is written before all else of it, and removed after all else.
    run.complete = !run.left && key.equals(EntryKey.RUN) && entry.isEmpty();
    // An entry's size is not known here; what is large was written here, and is counted there.
    keep(run, key, entry, OVERHEAD);
    return entry;
  }

  // What an entry took before it was written again stays counted: runs leave as a whole, and one
  // that is written often leaves a little early.
  private void keep(Run run, EntryKey key, Optional<RunEntry> entry, int size) {
    if (run.left) {
      return;
    }
    run.entries.put(key, entry);
    run.bytes += size;
    bytes += size;
    Iterator<Run> eldest = runs.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      Run leaving = eldest.next();
      bytes -= leaving.bytes;
      leaving.leave();
      eldest.remove();
    }
  }
}
