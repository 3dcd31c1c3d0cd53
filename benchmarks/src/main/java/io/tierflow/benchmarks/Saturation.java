package io.tierflow.benchmarks;

import io.tierflow.worker.FetchMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many stages a second go through while there is always a backlog: a new run is submitted
 * whenever one ends, and the stages of the runs that end are counted. Tasks are taken in batches.
 */
final class Saturation implements Benchmark {

  private static final int STAGES = 10;
  private static final int SLOTS = 4;

  private static final Target TARGET = Target.atLeast(0.5);

  @Override
  public String name() {
    return "saturation";
  }

  @Override
  public Figure measure(Lab lab) throws InterruptedException {
    Rig.Setup setup = new Rig.Setup(Chain.of(STAGES), FetchMode.BATCH, SLOTS);
    Map<Coordinator.Kind, List<Double>> rates = new EnumMap<>(Coordinator.Kind.class);
    Map<Coordinator.Kind, List<Map<String, Double>>> cpu = new EnumMap<>(Coordinator.Kind.class);
    WarmUp.run(lab, setup);
    for (Coordinator.Kind kind : Turns.of(lab.repetitions())) {
      try (Rig rig = Rig.start(lab, kind, setup)) {
        Rate rate = rate(lab, rig, STAGES);
        rates.computeIfAbsent(kind, key -> new ArrayList<>()).add(rate.stagesPerSecond());
        cpu.computeIfAbsent(kind, key -> new ArrayList<>()).add(rate.cpu());
      }
    }
    return new Figure(
        name(),
        "stages per second",
        side(Coordinator.Kind.TIERFLOW, rates, cpu),
        side(Coordinator.Kind.BARE, rates, cpu),
        TARGET);
  }

  /** Of one repetition. */
  record Rate(double stagesPerSecond, Map<String, Double> cpu) {}

  private static Measured side(
      Coordinator.Kind kind,
      Map<Coordinator.Kind, List<Double>> rates,
      Map<Coordinator.Kind, List<Map<String, Double>>> cpu) {
    return new Measured(rates.get(kind), Map.of(), cpu.get(kind));
  }

  /** Loads a rig fully with runs of so many stages. */
  static Rate rate(Lab lab, Rig rig, int stages) throws InterruptedException {
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
    return new Rate(runs * (double) stages * TimeUnit.SECONDS.toNanos(1) / took, cpu);
  }
}
