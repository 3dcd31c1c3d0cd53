package io.tierflow.machine;

import java.util.Optional;
import java.util.function.BiConsumer;

/** A run's stored entries, as decisions read them. One thread owns a run while it is decided. */
public interface RunEntries {

  /** The entry of that key. */
  Optional<RunEntry> get(EntryKey key);

  /** Gives every stored element of a for-each to the consumer, in the order of their indexes. */
  void forEachElement(TaskKey stage, BiConsumer<Integer, StageRecord> consumer);

  /** Whether nothing of this flow is to be sent now. */
  default boolean isFlowPaused(String flow) {
    return false;
  }

  /** Whether nothing is to be sent to this class now. */
  default boolean isClassPaused(String resourceClass) {
    return false;
  }

  /**
   * Why an attempt of this run is not to be sent now though no pause holds it; empty when it may
   * go. Asked once for each sending.
   */
  default Optional<Hold> turn(RunRecord run, Sending sending) {
    return Optional.empty();
  }

  /**
   * Why an attempt whose turn was told is not to be sent now after all, though no pause holds it:
   * what allowed it may have changed since. Empty when it may go. Asked once for each sending.
   */
  default Optional<Hold> late(RunRecord run, Sending sending) {
    return Optional.empty();
  }

  /**
   * The bytes of a content, fetched from the payload store where they are not inline.
   *
   * @throws RuntimeException if the payload store cannot give them now
   */
  byte[] bytes(Content content);

  /**
   * The same; empty if they are lost for good.
   *
   * @throws RuntimeException if the payload store cannot give them now
   */
  default Optional<byte[]> bytesIfKept(Content content) {
    return Optional.of(bytes(content));
  }

  /**
   * Whether this for-each is looked at for the first time since the owner began or recovered: its
   * counts are then not to be trusted. Answers true once per stage.
   */
  boolean firstTouch(TaskKey stage);
}
