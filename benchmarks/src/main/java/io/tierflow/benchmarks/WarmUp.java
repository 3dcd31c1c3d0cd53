package io.tierflow.benchmarks;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Loads a side fully before it is measured, until the JVM's compilers are quiet. A coordinator, a
 * worker and a broker run for weeks, so a figure should not tell how long their compilers take.
 * Under full load these get but a part of a processor, and the more code a side has the longer they
 * need: a fixed time would warm the smaller side only.
 */
final class WarmUp {

  /** In times of a repetition. The slower side has some hundred thousand stages in it. */
  private static final int LEAST = 2;

  /** In times of a repetition: what never gets quiet is measured as it is. */
  static final int MOST = 20;

  /** The same where both sides run the same code, so that neither has more to compile. */
  static final int MOST_OF_EQUALS = 3;

  /** Of the time of a step. Single methods are compiled again for as long as a JVM runs. */
  private static final double QUIET_SHARE = 0.1;

  private WarmUp() {}

  /**
   * Loads a rig until then.
   *
   * @param most after so many times of a repetition it ends in any case
   */
  static void run(Lab lab, Rig rig, int most) throws InterruptedException {
    CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    Backlog load = new Backlog(lab.clocks(), rig.client());
    for (int step = 1; step <= most; step++) {
      long before = compilers.getTotalCompilationTime();
      load.submitFor(lab.time());
      Duration compiled = Duration.ofMillis(compilers.getTotalCompilationTime() - before);
      if (step >= LEAST && isQuiet(compiled, lab.time())) {
        break;
      }
    }
    load.awaitEnd();
  }

  /** Whether compilers that were busy for so long of a time are done with what matters. */
  static boolean isQuiet(Duration compiled, Duration time) {
    return compiled.toNanos() <= time.toNanos() * QUIET_SHARE;
  }
}
