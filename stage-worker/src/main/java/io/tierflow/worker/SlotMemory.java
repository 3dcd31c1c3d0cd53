package io.tierflow.worker;

import io.tierflow.flow.file.ByteSize;
import io.tierflow.flow.file.PoolFile.ServedClass;
import io.tierflow.worker.isolation.IsolationSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;

/** Which part of a pool's memory each of its slots gets. */
final class SlotMemory {

  /** What a slot gets when nothing says how much: 512 MiB. */
  static final long DEFAULT = 512L << 20;

  private SlotMemory() {}

  /**
   * The bytes of each class's slots: its own, else what is given for a slot, else an equal part of
   * what the others leave of the pool's.
   *
   * @throws IllegalArgumentException if all slots together need more than the pool has, or too
   *     little is left for those that share the rest
   */
  static Map<ServedClass, Long> of(
      List<ServedClass> classes,
      ToIntFunction<ServedClass> slots,
      OptionalLong slot,
      OptionalLong pool) {
    int sharing = 0;
    long taken = 0;
    for (ServedClass each : classes) {
      if (each.slotMemory().isEmpty()) {
        sharing += slots.applyAsInt(each);
      } else {
        taken += ByteSize.parse(each.slotMemory().get()) * slots.applyAsInt(each);
      }
    }
    long usual = taken == 0 ? of(slot, pool, sharing) : usual(slot, pool, sharing, taken);
    Map<ServedClass, Long> memory = new LinkedHashMap<>();
    long sum = 0;
    for (ServedClass each : classes) {
      long own = each.slotMemory().map(ByteSize::parse).orElse(usual);
      memory.put(each, own);
      sum += own * slots.applyAsInt(each);
    }
    if (pool.isPresent() && sum > pool.getAsLong()) {
      throw new IllegalArgumentException(
          "slot memory of all classes' slots is "
              + ByteSize.text(sum)
              + ": expected at most the pool's memory of "
              + ByteSize.text(pool.getAsLong()));
    }
    return memory;
  }

  private static long usual(OptionalLong slot, OptionalLong pool, int sharing, long taken) {
    if (slot.isPresent() || pool.isEmpty() || sharing == 0) {
      return slot.orElse(DEFAULT);
    }
    long each = (pool.getAsLong() - taken) / sharing;
    if (each < IsolationSettings.MIN_MEMORY) {
      throw new IllegalArgumentException(
          "slot memory of the classes with their own is %s, of the pool's memory of %s: expected at least %s left for each of the other %d slots"
              .formatted(
                  ByteSize.text(taken),
                  ByteSize.text(pool.getAsLong()),
                  ByteSize.text(IsolationSettings.MIN_MEMORY),
                  sharing));
    }
    return each;
  }

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
