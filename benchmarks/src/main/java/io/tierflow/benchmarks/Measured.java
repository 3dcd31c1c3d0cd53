package io.tierflow.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one side of a figure gave.
 *
 * @param repetitions the value of each repetition, in the order they ran; at least one
 * @param percentiles over all repetitions together, by name ({@code p50}, …); empty where a value
 *     is no distribution
 */
record Measured(List<Double> repetitions, Map<String, Double> percentiles) {

  Measured {
    if (repetitions.isEmpty()) {
      throw new IllegalArgumentException("repetitions: found none, expected at least one");
    }
    repetitions = List.copyOf(repetitions);
    percentiles = Collections.unmodifiableMap(new TreeMap<>(percentiles));
  }

  /** The median over the repetitions: of an even count, the mean of the middle two. */
  double value() {
    List<Double> sorted = repetitions.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
