package io.tierflow.benchmarks;

import io.tierflow.worker.FetchMode;
import java.util.concurrent.TimeUnit;

/**
 * What a stage takes while 100,000 deadlines wait in the runner's store, beside what it takes with
 * 100 of them; both sides are Tierflow. The load is that of {@link Saturation}.
 */
final class WaitingDeadlines implements Benchmark {

  private static final int FEW = 100;
  private static final int MANY = 100_000;
  private static final int STAGES = 10;
  private static final int SLOTS = 4;

  private static final Rig.Setup SETUP = new Rig.Setup(Chain.of(STAGES), FetchMode.BATCH, SLOTS);

  // What is equal differs by 15% from one repetition to the next on a machine of two cores.
  private static final Claim CLAIM =
      new Claim("waiting-deadlines", "µs per stage", Target.atMost(1.15), SETUP);

  @Override
  public Claim claim() {
    return CLAIM;
  }

  @Override
  public int longestWarmUp() {
    return WarmUp.MOST_OF_EQUALS;
  }

  @Override
  public Rig start(Lab lab, Side side) throws InterruptedException {
    Rig rig = Rig.start(lab, Coordinator.Kind.TIERFLOW, SETUP);
    try {
      WaitingRuns.fill(lab.clocks(), rig.client(), side == Side.MEASURED ? MANY : FEW);
      return rig;
    } catch (RuntimeException | InterruptedException e) {
      rig.close();
      throw e;
    }
  }

  @Override
  public Repetition repeat(Lab lab, Rig rig) throws InterruptedException {
    Repetition rate = Saturation.repeat(lab, rig, STAGES);
    return Repetition.of(TimeUnit.SECONDS.toMicros(1) / rate.value(), rate.cpu());
  }
}
