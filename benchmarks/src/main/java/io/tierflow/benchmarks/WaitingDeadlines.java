package io.tierflow.benchmarks;

import io.tierflow.worker.FetchMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** What is equal differs by as much from one repetition to the next on a machine of two cores. */
  private static final Target TARGET = Target.atMost(1.15);

  @Override
  public String name() {
    return "waiting-deadlines";
  }

  @Override
  public Figure measure(Lab lab) throws InterruptedException {
    Map<Integer, List<Double>> times = new LinkedHashMap<>();
    Map<Integer, List<Map<String, Double>>> cpu = new LinkedHashMap<>();
    rate(lab, FEW); // a cold JVM's
    for (int i = 0; i < lab.repetitions(); i++) {
      for (int waiting : i % 2 == 0 ? List.of(FEW, MANY) : List.of(MANY, FEW)) {
        Saturation.Rate rate = rate(lab, waiting);
        times
            .computeIfAbsent(waiting, key -> new ArrayList<>())
            .add(TimeUnit.SECONDS.toMicros(1) / rate.stagesPerSecond());
        cpu.computeIfAbsent(waiting, key -> new ArrayList<>()).add(rate.cpu());
      }
    }
    return new Figure(
        name(),
        "µs per stage",
        new Measured(times.get(MANY), Map.of(), cpu.get(MANY)),
        new Measured(times.get(FEW), Map.of(), cpu.get(FEW)),
        TARGET);
  }

  private static Saturation.Rate rate(Lab lab, int waiting) throws InterruptedException {
    Rig.Setup setup = new Rig.Setup(Chain.of(STAGES), FetchMode.BATCH, SLOTS);
    try (Rig rig = Rig.start(lab, Coordinator.Kind.TIERFLOW, setup)) {
      WaitingRuns.fill(lab.clocks(), rig.client(), waiting);
      return Saturation.rate(lab, rig, STAGES);
    }
  }
}
