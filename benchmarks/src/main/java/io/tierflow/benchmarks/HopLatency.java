package io.tierflow.benchmarks;

import io.tierflow.worker.FetchMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long one hop of a ten-stage no-op flow takes at ten flows a second: the time from a run's
 * scheduled submission to its seen end, over its stages. Tasks are taken one at a time.
 */
final class HopLatency implements Benchmark {

  private static final int STAGES = 10;
  private static final int FLOWS_PER_SECOND = 10;
  private static final int SLOTS = 4;
  private static final Target TARGET = Target.atMost(1.3);
  private static final Duration SILENCE = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "hop-latency";
  }

  @Override
  public Figure measure(Lab lab) throws InterruptedException {
    Rig.Setup setup = new Rig.Setup(Chain.of(STAGES), FetchMode.SINGLE, SLOTS);
    Map<Coordinator.Kind, List<Double>> medians = new EnumMap<>(Coordinator.Kind.class);
    Map<Coordinator.Kind, Histogram> all = new EnumMap<>(Coordinator.Kind.class);
    Map<Coordinator.Kind, List<Map<String, Double>>> cpu = new EnumMap<>(Coordinator.Kind.class);
    WarmUp.run(lab, setup);
    for (Coordinator.Kind kind : Turns.of(lab.repetitions())) {
      try (Rig rig = Rig.start(lab, kind, setup)) {
        load(lab, rig, lab.warmUp());
        Map<String, Duration> before = rig.cpu().now();
        Histogram latencies = load(lab, rig, lab.time());
        cpu.computeIfAbsent(kind, key -> new ArrayList<>())
            .add(CpuMeter.perUnit(before, rig.cpu().now(), latencies.getTotalCount() * STAGES));
        medians
            .computeIfAbsent(kind, key -> new ArrayList<>())
            .add(Latencies.median(latencies, STAGES));
        all.computeIfAbsent(kind, key -> Latencies.empty()).add(latencies);
      }
    }
    return new Figure(
        name(),
        "ms per hop",
        side(Coordinator.Kind.TIERFLOW, medians, all, cpu),
        side(Coordinator.Kind.BARE, medians, all, cpu),
        TARGET);
  }

  private static Histogram load(Lab lab, Rig rig, Duration time) throws InterruptedException {
    Latencies latencies = new Latencies();
    rig.client().listen(latencies);
    new OpenLoop(lab.clocks(), TimeUnit.NANOSECONDS::sleep)
        .run(
            FLOWS_PER_SECOND,
            time,
            scheduled -> {
              String run = Rig.freshRunId();
              latencies.scheduled(run, scheduled);
              rig.client().submit(run);
            });
    return latencies.awaitAll(SILENCE);
  }

  private static Measured side(
      Coordinator.Kind kind,
      Map<Coordinator.Kind, List<Double>> medians,
      Map<Coordinator.Kind, Histogram> all,
      Map<Coordinator.Kind, List<Map<String, Double>>> cpu) {
    return new Measured(
        medians.get(kind), Latencies.percentiles(all.get(kind), STAGES), cpu.get(kind));
  }
}
