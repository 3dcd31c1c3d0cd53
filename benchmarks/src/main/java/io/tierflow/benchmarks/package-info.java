/**
 * The project's measured claims, each with its baseline in the same run.
 *
 * <p>A figure is a {@link io.tierflow.benchmarks.Benchmark}; {@link
 * io.tierflow.benchmarks.BenchmarksMain} lists them, runs them, and writes JSON and the table of
 * {@code docs/performance.md}. Both sides of a figure get the same broker, workers, load and
 * watching client ({@link io.tierflow.benchmarks.Rig}): only the coordinator differs.
 */
package io.tierflow.benchmarks;
