package io.tierflow.benchmarks;

import io.tierflow.worker.FetchMode;
import java.time.Duration;
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
  private static final Rig.Setup SETUP = new Rig.Setup(Chain.of(STAGES), FetchMode.SINGLE, SLOTS);
  private static final Claim CLAIM =
      new Claim("hop-latency", "ms per hop", Target.atMost(1.3), SETUP);

  @Override
  public Claim claim() {
    return CLAIM;
  }

  private static final Duration SILENCE = Duration.ofSeconds(60);

  @Override
  public Repetition repeat(Lab lab, Rig rig) throws InterruptedException {
    load(lab, rig, lab.warmUp());
    Map<String, Duration> before = rig.cpu().now();
    Histogram latencies = load(lab, rig, lab.time());
    return new Repetition(
        Latencies.median(latencies, STAGES),
        CpuMeter.perUnit(before, rig.cpu().now(), latencies.getTotalCount() * STAGES),
        Latencies.toText(latencies));
  }

  @Override
  public Measured together(List<Repetition> repetitions) {
    Histogram all = Latencies.empty();
    repetitions.forEach(each -> all.add(Latencies.ofText(each.latencies())));
    return Measured.of(repetitions).with(Latencies.percentiles(all, STAGES));
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
}
