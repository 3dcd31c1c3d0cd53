package io.tierflow.benchmarks;

import java.util.Locale;

/**
 * What the ratio of a figure to its baseline has to be.
 *
 * @param bound whether the limit is the most or the least
 * @param limit the ratio that just meets the target
 */
record Target(Bound bound, double limit) {

  /** The direction of a target. */
  enum Bound {
    AT_MOST,
    AT_LEAST
  }

  static Target atMost(double limit) {
    return new Target(Bound.AT_MOST, limit);
  }

  static Target atLeast(double limit) {
    return new Target(Bound.AT_LEAST, limit);
  }

  boolean isMetBy(double ratio) {
    return bound == Bound.AT_MOST ? ratio <= limit : ratio >= limit;
  }

  @Override
  public String toString() {
    String word = bound == Bound.AT_MOST ? "at most" : "at least";
    return String.format(Locale.ROOT, "%s %.2f", word, limit);
  }
}
