package io.tierflow.machine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A run's entries in memory, for one process without a broker. Not thread-safe. */
public class MemoryEntries implements RunEntries {

  private final Map<EntryKey, RunEntry> entries = new HashMap<>();
  private final Map<TaskKey, TreeMap<Integer, StageRecord>> elements = new HashMap<>();
  private Set<String> pausedFlows = Set.of();
  private Set<String> pausedClasses = Set.of();
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

  /** Removes what a decision says. */
  public void removeAll(List<EntryKey> removed) {
    for (EntryKey key : removed) {
      if (key.kind() == EntryKey.Kind.ELEMENT) {
        elements
            .getOrDefault(TaskKey.of(key.pipeline(), key.stage()), new TreeMap<>())
            .remove(key.index());
      } else {
        entries.remove(key);
      }
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

  /** Of these flows and these classes, nothing is to be sent now. */
  public void pause(Set<String> flows, Set<String> classes) {
    pausedFlows = Set.copyOf(flows);
    pausedClasses = Set.copyOf(classes);
  }

  @Override
  public boolean isFlowPaused(String flow) {
    return pausedFlows.contains(flow);
  }

  @Override
  public boolean isClassPaused(String resourceClass) {
    return pausedClasses.contains(resourceClass);
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
