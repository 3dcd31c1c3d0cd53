package io.tierflow.benchmarks;

/**
 * Loads both sides fully before the first of them is measured. A coordinator, a worker and a broker
 * run for weeks, so a figure should not tell how long their compilers take: a cold JVM needs some
 * tens of thousands of calls of a method before it has its final code, more than a repetition of a
 * light load makes.
 */
final class WarmUp {

  /** In times of a repetition. The slower side has some hundred thousand stages in it. */
  private static final int LENGTH = 2;

  private WarmUp() {}

  /** Each side for twice the time of a repetition, on the setup to be measured. */
  static void run(Lab lab, Rig.Setup setup) throws InterruptedException {
    for (Coordinator.Kind kind : Coordinator.Kind.values()) {
      try (Rig rig = Rig.start(lab, kind, setup)) {
        Backlog load = new Backlog(lab.clocks(), rig.client());
        load.submitFor(lab.time().multipliedBy(LENGTH));
        load.awaitEnd();
      }
    }
  }
}
