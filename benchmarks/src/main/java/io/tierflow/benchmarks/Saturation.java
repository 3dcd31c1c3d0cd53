package io.tierflow.benchmarks;

import io.tierflow.worker.FetchMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many stages a second go through while there is always a backlog: a new run is submitted
 * whenever one ends, and the stages of the runs that end are counted. Tasks are taken in batches.
 */
final class Saturation implements Benchmark {

  private static final int STAGES = 10;
  private static final int SLOTS = 4;

  /** Enough to keep every batch full, and well inside the window of 10,000 records in flight. */
  private static final int RUNS_IN_FLIGHT = 2_000;

  private static final Target TARGET = Target.atLeast(0.5);
  private static final long SILENCE_SECONDS = 60;

  @Override
  public String name() {
    return "saturation";
  }

  @Override
  public Figure measure(Lab lab) throws InterruptedException {
    Rig.Setup setup = new Rig.Setup(Chain.of(STAGES), FetchMode.BATCH, SLOTS);
    Map<Coordinator.Kind, List<Double>> rates = new EnumMap<>(Coordinator.Kind.class);
    Map<Coordinator.Kind, List<Map<String, Double>>> cpu = new EnumMap<>(Coordinator.Kind.class);
    for (Coordinator.Kind kind : Turns.of(lab.repetitions())) {
      try (Rig rig = Rig.start(lab, kind, setup)) {
        Rate rate = rate(lab, rig);
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
  private record Rate(double stagesPerSecond, Map<String, Double> cpu) {}

  private static Measured side(
      Coordinator.Kind kind,
      Map<Coordinator.Kind, List<Double>> rates,
      Map<Coordinator.Kind, List<Map<String, Double>>> cpu) {
    return new Measured(rates.get(kind), Map.of(), cpu.get(kind));
  }

  private static Rate rate(Lab lab, Rig rig) throws InterruptedException {
    RunClient client = rig.client();
    Semaphore room = new Semaphore(RUNS_IN_FLIGHT);
    AtomicLong ended = new AtomicLong();
    client.listen(
        (run, nanos) -> {
          ended.incrementAndGet();
          room.release();
        });
    submitFor(lab, client, room, lab.warmUp());
    Map<String, Duration> cpuBefore = rig.cpu().now();
    long runsBefore = ended.get();
    long start = lab.clocks().nano();
    submitFor(lab, client, room, lab.time());
    long runs = ended.get() - runsBefore;
    long took = lab.clocks().nano() - start;
    Map<String, Double> cpu = CpuMeter.perUnit(cpuBefore, rig.cpu().now(), runs * STAGES);
    acquire(room, RUNS_IN_FLIGHT); // nothing may be lost
    return new Rate(runs * (double) STAGES * TimeUnit.SECONDS.toNanos(1) / took, cpu);
  }

  private static void submitFor(Lab lab, RunClient client, Semaphore room, Duration time)
      throws InterruptedException {
    long end = lab.clocks().nano() + time.toNanos();
    while (lab.clocks().nano() < end) {
      acquire(room, 1);
      client.submit(Rig.freshRunId());
    }
  }

  private static void acquire(Semaphore room, int permits) throws InterruptedException {
    if (!room.tryAcquire(permits, SILENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "runs in flight: found "
              + (RUNS_IN_FLIGHT - room.availablePermits())
              + " that did not end within "
              + SILENCE_SECONDS
              + " s");
    }
  }
}
