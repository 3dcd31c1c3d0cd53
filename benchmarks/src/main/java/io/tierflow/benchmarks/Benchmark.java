package io.tierflow.benchmarks;

/** One claim that can be measured: prepares what it needs in a lab, measures, and cleans up. */
interface Benchmark {

  /** What {@code --only} and the table's first column call it: lower case with hyphens. */
  String name();

  /**
   * Measures the figure and its baseline.
   *
   * @throws IllegalStateException if what is measured lost a flow or failed one: there is no figure
   *     then
   */
  Figure measure(Lab lab) throws InterruptedException;
}
