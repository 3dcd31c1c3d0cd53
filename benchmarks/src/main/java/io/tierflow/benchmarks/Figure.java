package io.tierflow.benchmarks;

/**
 * A measured claim.
 *
 * @param name the benchmark's name
 * @param unit of all its values, for example {@code ms per hop}
 * @param measured what Tierflow gave
 * @param baseline what it is compared with, measured in the same run
 * @param target what the ratio of the two has to be
 */
record Figure(String name, String unit, Measured measured, Measured baseline, Target target) {

  Figure {
    if (!(baseline.value() > 0)) {
      throw new IllegalArgumentException(
          name + ": found a baseline of " + baseline.value() + ", expected more than zero");
    }
  }

  /** Tierflow's value over the baseline's. */
  double ratio() {
    return measured.value() / baseline.value();
  }

  boolean isMet() {
    return target.isMetBy(ratio());
  }
}
