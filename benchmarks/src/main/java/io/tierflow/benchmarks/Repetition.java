package io.tierflow.benchmarks;

import java.util.Map;

/**
 * What one repetition gave.
 *
 * @param value in the unit of its benchmark
 * @param cpu microseconds of processor time per stage, by part
 * @param latencies as {@link Latencies#toText} has them; null where the value is no distribution
 */
record Repetition(double value, Map<String, Double> cpu, String latencies) {

  Repetition {
    cpu = Map.copyOf(cpu);
  }

  /** One without a distribution. */
  static Repetition of(double value, Map<String, Double> cpu) {
    return new Repetition(value, cpu, null);
  }
}
