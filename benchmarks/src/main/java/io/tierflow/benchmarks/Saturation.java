package io.tierflow.benchmarks;

import io.tierflow.worker.FetchMode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many stages a second go through while there is always a backlog: a new run is submitted
 * whenever one ends, and the stages of the runs that end are counted. Tasks are taken in batches.
 */
final class Saturation implements Benchmark {

  private static final int STAGES = 10;
  private static final int SLOTS = 4;

  private static final Rig.Setup SETUP = new Rig.Setup(Chain.of(STAGES), FetchMode.BATCH, SLOTS);

  private static final Claim CLAIM =
      new Claim("saturation", "stages per second", Target.atLeast(0.5), SETUP);

  @Override
  public Claim claim() {
    return CLAIM;
  }

  @Override
  public Repetition repeat(Lab lab, Rig rig) throws InterruptedException {
    return repeat(lab, rig, STAGES);
  }

  /** Loads a rig fully with runs of so many stages. */
  static Repetition repeat(Lab lab, Rig rig, int stages) throws InterruptedException {
    Backlog load = new Backlog(lab.clocks(), rig.client());
    load.submitFor(lab.warmUp());
    Map<String, Duration> cpuBefore = rig.cpu().now();
    long runsBefore = load.ended();
    long start = lab.clocks().nano();
    load.submitFor(lab.time());
    long runs = load.ended() - runsBefore;
    long took = lab.clocks().nano() - start;
    Map<String, Double> cpu = CpuMeter.perUnit(cpuBefore, rig.cpu().now(), runs * stages);
    load.awaitEnd(); // nothing may be lost
    return Repetition.of(runs * (double) stages * TimeUnit.SECONDS.toNanos(1) / took, cpu);
  }
}
