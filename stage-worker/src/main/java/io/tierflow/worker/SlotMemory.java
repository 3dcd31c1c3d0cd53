package io.tierflow.worker;

import io.tierflow.worker.isolation.ByteSize;
import java.util.OptionalLong;

/** Which part of a pool's memory each of its slots gets. */
final class SlotMemory {

  /** What a slot gets when nothing says how much: 512 MiB. */
  static final long DEFAULT = 512L << 20;

  private SlotMemory() {}

  /**
   * The bytes of each slot: what is given for the slot, else an equal part of the pool's.
   *
   * @throws IllegalArgumentException if the slots together need more than the pool has
   */
  static long of(OptionalLong slot, OptionalLong pool, int slots) {
    long each = slot.orElse(pool.isPresent() ? pool.getAsLong() / Math.max(1, slots) : DEFAULT);
    if (pool.isPresent() && each * slots > pool.getAsLong()) {
      throw new IllegalArgumentException(
          "slot memory of "
              + ByteSize.text(each)
              + " for each of "
              + slots
              + " slots is "
              + ByteSize.text(each * slots)
              + ": expected at most the pool's memory of "
              + ByteSize.text(pool.getAsLong()));
    }
    return each;
  }
}
