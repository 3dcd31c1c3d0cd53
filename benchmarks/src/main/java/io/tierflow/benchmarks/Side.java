package io.tierflow.benchmarks;

/** What a figure compares. */
enum Side {
  /** What the figure is about. */
  MEASURED,
  /** What it is compared with. */
  BASELINE
}
