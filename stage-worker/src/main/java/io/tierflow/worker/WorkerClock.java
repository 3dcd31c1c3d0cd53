package io.tierflow.worker;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a worker: one for stamps, one for measuring, which never jumps.
 *
 * @param wall the time of day
 * @param nanos a steady count of nanoseconds, as {@code System::nanoTime}
 */
public record WorkerClock(InstantSource wall, LongSupplier nanos) {

  /** The time of day. */
  Instant now() {
    return wall.instant();
  }

  /** The steady count. */
  long nano() {
    return nanos.getAsLong();
  }
}
