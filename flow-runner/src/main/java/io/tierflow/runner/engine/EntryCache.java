package io.tierflow.runner.engine;

import io.tierflow.machine.EntryKey;
import io.tierflow.machine.RunEntry;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;

/**
 * The entries that were read or written last, decoded: a run's next reply finds what the one before
 * it left. Everything written goes to the store as well, so nothing is lost with it. One thread
 * owns it.
 */
final class EntryCache implements EntryReader {

  /** What an entry takes beside its bytes, roughly. */
  private static final int OVERHEAD = 300;

  private record Cached(Optional<RunEntry> entry, long bytes) {}

  private final EntryReader store;
  private final long maxBytes;
  private final Map<Bytes, Cached> entries = new LinkedHashMap<>(1024, 0.75f, true);
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
  public Optional<RunEntry> read(Bytes key, EntryKey.Kind kind) {
    Cached cached = entries.get(key);
    if (cached != null) {
      return cached.entry();
    }
    Optional<RunEntry> entry = store.read(key, kind);
    // An entry's size is not known here; what is large was written here, and is counted there.
    keep(key, new Cached(entry, OVERHEAD));
    return entry;
  }

  /** Holds what has just been written to the store. */
  void written(Bytes key, RunEntry entry, int size) {
    keep(key, new Cached(Optional.of(entry), OVERHEAD + size));
  }

  private void keep(Bytes key, Cached cached) {
    Cached before = entries.put(key, cached);
    bytes += cached.bytes() - (before == null ? 0 : before.bytes());
    Iterator<Cached> eldest = entries.values().iterator();
    while (bytes > maxBytes && eldest.hasNext()) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }
}
