package io.tierflow.benchmarks;

import java.util.List;

/**
 * One claim that can be measured. Each of its sides is loaded in a JVM of its own: compilers make
 * code for what they have seen, and no runner has ever seen its baseline.
 */
interface Benchmark {

  /**
   * What is claimed.
   *
   * @param name what {@code --only} and the table's first column call it: lower case with hyphens
   * @param unit of all its values, for example {@code ms per hop}
   * @param target what the ratio of the two sides has to be
   * @param setup the flow, and who works it
   */
  record Claim(String name, String unit, Target target, Rig.Setup setup) {}

  /** The claim. */
  Claim claim();

  /** The claim's name. */
  default String name() {
    return claim().name();
  }

  /** In times of a repetition: after it a side counts as warm, whatever its compilers do. */
  default int longestWarmUp() {
    return WarmUp.MOST;
  }

  /** Starts what one repetition runs on: here coordinators differ, and nothing else. */
  default Rig start(Lab lab, Side side) throws InterruptedException {
    return Rig.start(lab, Coordinator.Kind.of(side), claim().setup());
  }

  /**
   * Loads a rig for one repetition.
   *
   * @throws IllegalStateException if what is measured lost a flow or failed one: there is no figure
   *     then
   */
  Repetition repeat(Lab lab, Rig rig) throws InterruptedException;

  /** What all repetitions of a side gave together. */
  default Measured together(List<Repetition> repetitions) {
    return Measured.of(repetitions);
  }
}
