package io.tierflow.benchmarks;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a measurement.
 *
 * @param wall for the stamps in records
 * @param nanos for measuring: steady, as {@code System::nanoTime}
 */
record Clocks(InstantSource wall, LongSupplier nanos) {

  long nano() {
    return nanos.getAsLong();
  }
}
