package io.tierflow.runner.engine;

import io.tierflow.machine.Content;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.RunEntries;
import io.tierflow.machine.RunEntry;
import io.tierflow.machine.StageRecord;
import io.tierflow.machine.TaskKey;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A run's entries as a decision leaves them, before they are written. One thread owns it. */
record DecidedEntries(Map<EntryKey, RunEntry> decided, RunEntries stored) implements RunEntries {

  @Override
  public Optional<RunEntry> get(EntryKey key) {
    RunEntry entry = decided.get(key);
    return entry == null ? stored.get(key) : Optional.of(entry);
  }

  /** Only elements that are stored: a decision that begins a for-each never looks at it again. */
  @Override
  public void forEachElement(TaskKey stage, BiConsumer<Integer, StageRecord> consumer) {
    stored.forEachElement(
        stage,
        (index, element) ->
            consumer.accept(
                index,
                (StageRecord) decided.getOrDefault(EntryKey.of(stage.element(index)), element)));
  }

  @Override
  public byte[] bytes(Content content) {
    return stored.bytes(content);
  }

  @Override
  public boolean firstTouch(TaskKey stage) {
    return stored.firstTouch(stage);
  }
}
