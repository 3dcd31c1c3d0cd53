package io.tierflow.machine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A run's entries in memory, for one process without a broker. Not thread-safe. */
public final class MemoryEntries implements RunEntries {

  private final Map<EntryKey, RunEntry> entries = new HashMap<>();
  private final Map<TaskKey, TreeMap<Integer, StageRecord>> elements = new HashMap<>();
  private final Set<TaskKey> touched = new HashSet<>();

  /** Writes what a decision left. */
  public void putAll(Map<EntryKey, RunEntry> written) {
    written.forEach(this::put);
  }

  /** Writes one entry. */
  public void put(EntryKey key, RunEntry entry) {
    if (key.kind() == EntryKey.Kind.ELEMENT) {
      elements
          .computeIfAbsent(TaskKey.of(key.pipeline(), key.stage()), stage -> new TreeMap<>())
          .put(key.index(), (StageRecord) entry);
    } else {
      entries.put(key, entry);
    }
  }

  @Override
  public Optional<RunEntry> get(EntryKey key) {
    if (key.kind() == EntryKey.Kind.ELEMENT) {
      TreeMap<Integer, StageRecord> all = elements.get(TaskKey.of(key.pipeline(), key.stage()));
      return all == null ? Optional.empty() : Optional.ofNullable(all.get(key.index()));
    }
    return Optional.ofNullable(entries.get(key));
  }

  @Override
  public void forEachElement(TaskKey stage, BiConsumer<Integer, StageRecord> consumer) {
    elements.getOrDefault(stage, new TreeMap<>()).forEach(consumer);
  }

  @Override
  public byte[] bytes(Content content) {
    if (content.bytes() == null) {
      throw new IllegalStateException("no payload store here to look up " + content.reference());
    }
    return content.bytes();
  }

  @Override
  public boolean firstTouch(TaskKey stage) {
    return touched.add(stage);
  }
}
