package io.tierflow.machine;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A run's entries where others may go first. */
record Crowded(RunEntries entries, Function<Sending, Optional<Hold>> turn) implements RunEntries {

  @Override
  public Optional<Hold> turn(RunRecord run, Sending sending) {
    return turn.apply(sending);
  }

  @Override
  public Optional<RunEntry> get(EntryKey key) {
    return entries.get(key);
  }

  @Override
  public void forEachElement(TaskKey stage, BiConsumer<Integer, StageRecord> consumer) {
    entries.forEachElement(stage, consumer);
  }

  @Override
  public boolean isFlowPaused(String flow) {
    return entries.isFlowPaused(flow);
  }

  @Override
  public boolean isClassPaused(String resourceClass) {
    return entries.isClassPaused(resourceClass);
  }

  @Override
  public byte[] bytes(Content content) {
    return entries.bytes(content);
  }

  @Override
  public boolean firstTouch(TaskKey stage) {
    return entries.firstTouch(stage);
  }
}
