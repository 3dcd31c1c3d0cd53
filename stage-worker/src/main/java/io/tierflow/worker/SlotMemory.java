package io.tierflow.worker;

import io.tierflow.flow.file.PoolFile.ServedClass;
import io.tierflow.worker.isolation.ByteSize;
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
   * The bytes of each class's slots: its own, else as for one class with all the slots.
   *
   * @throws IllegalArgumentException if all slots together need more than the pool has
   */
  static Map<ServedClass, Long> of(
      List<ServedClass> classes,
      ToIntFunction<ServedClass> slots,
      OptionalLong slot,
      OptionalLong pool) {
    int all = classes.stream().mapToInt(slots).sum();
    boolean alike = classes.stream().noneMatch(each -> each.slotMemory().isPresent());
    long usual = alike ? of(slot, pool, all) : slot.orElse(DEFAULT);
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
