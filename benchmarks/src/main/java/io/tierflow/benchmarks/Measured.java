package io.tierflow.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one side of a figure gave.
 *
 * @param repetitions the value of each repetition, in the order they ran; at least one
 * @param percentiles over all repetitions together, by name ({@code p50}, …); empty where a value
 *     is no distribution
 * @param cpu of each repetition: microseconds of processor time per stage, by part; empty where
 *     none was measured
 */
record Measured(
    List<Double> repetitions, Map<String, Double> percentiles, List<Map<String, Double>> cpu) {

  Measured {
    if (repetitions.isEmpty()) {
      throw new IllegalArgumentException("repetitions: found none, expected at least one");
    }
    repetitions = List.copyOf(repetitions);
    percentiles = Collections.unmodifiableMap(new TreeMap<>(percentiles));
    cpu = List.copyOf(cpu);
  }

  /** The values of these, which are no distributions. */
  static Measured of(List<Repetition> repetitions) {
    return new Measured(
        repetitions.stream().map(Repetition::value).toList(),
        Map.of(),
        repetitions.stream().map(Repetition::cpu).toList());
  }

  /** The same with these percentiles. */
  Measured with(Map<String, Double> newPercentiles) {
    return new Measured(repetitions, newPercentiles, cpu);
  }

  /** The median over the repetitions: of an even count, the mean of the middle two. */
  double value() {
    return median(repetitions);
  }

  /** The median over the repetitions of what each part used per stage, in microseconds. */
  Map<String, Double> cpuPerStage() {
    Map<String, Double> medians = new TreeMap<>();
    Set<String> parts = cpu.isEmpty() ? Set.of() : cpu.get(0).keySet();
    for (String part : parts) {
      medians.put(part, median(cpu.stream().map(each -> each.get(part)).toList()));
    }
    return medians;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
