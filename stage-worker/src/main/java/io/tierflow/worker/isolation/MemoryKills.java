package io.tierflow.worker.isolation;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;

/**
 * What the kernel killed of a task for want of memory.
 *
 * @param count how many processes
 * @param ofSlot whether the slot had none left; else there was none left above it
 */
record MemoryKills(long count, boolean ofSlot) {

  boolean any() {
    return count > 0;
  }

  /** The failure that it is for the task. */
  Failure failure(String message, String detail) {
    return ofSlot
        ? Failure.of(FailureKind.OUT_OF_MEMORY, message, detail)
        : Failure.outsideSlot(message, detail);
  }

  /** Whose memory was used up, for a person. */
  String why(long slotBytes) {
    String slot = "the slot's memory of " + ChildEnd.mebibytes(slotBytes) + " was ";
    return ofSlot
        ? slot + "used up"
        : slot
            + "not used up, but that of the worker's machine, container or control group was:"
            + " expected it to hold all slots of its pools, and the workers";
  }
}
