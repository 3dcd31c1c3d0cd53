package io.tierflow.standalone.failover;

import java.util.List;

/**
 * Times of several kills, in milliseconds.
 *
 * @param millis in the order in which they were measured; at least one
 */
record Times(List<Long> millis) {

  Times {
    if (millis.isEmpty()) {
      throw new IllegalArgumentException("times: found none, expected at least one");
    }
    millis = List.copyOf(millis);
  }

  /** The middle one; of an even number the mean of the two in the middle. */
  long median() {
    List<Long> sorted = millis.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  long least() {
    return millis.stream().mapToLong(Long::longValue).min().orElseThrow();
  }

  long most() {
    return millis.stream().mapToLong(Long::longValue).max().orElseThrow();
  }

  /** As a person reads it. */
  String text() {
    return "median %d ms, %d to %d ms, %d kills"
        .formatted(median(), least(), most(), millis.size());
  }
}
