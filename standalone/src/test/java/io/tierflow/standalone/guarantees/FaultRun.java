package io.tierflow.standalone.guarantees;

import io.tierflow.standalone.faults.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A workload under faults, on real processes: brokers, runners and workers of the class {@code
 * small}. All choices follow from the seed.
 */
final class FaultRun {

  /** What is late by less may be so because the machine is busy. */
  private static final Duration SLACK = Duration.ofSeconds(4);

  private static final Duration RECOVERY = Duration.ofSeconds(10);
  private static final Duration DRAIN = Duration.ofMinutes(3);
  private static final Duration SETTLE = Duration.ofSeconds(30);
  private static final int STEP_MILLIS = 200;

  private final Settings settings;
  private final InstantSource clock;
  private final Consumer<String> messages;
  private final CountDownLatch never = new CountDownLatch(1);

  /**
   * What a run consists of.
   *
   * @param name of its folder
   * @param size how many processes
   * @param longest how long a process stays dead, frozen or cut off at most
   */
  record Settings(Class<?> name, long seed, FaultCluster.Size size, Duration longest) {}

  /**
   * What came of it.
   *
   * @param faults how many of which kind
   * @param counts how many of what was seen
   * @param violations where a guarantee was broken
   * @param length from the first submission to the last look
   */
  record Report(
      Map<String, Integer> faults,
      Map<String, Integer> counts,
      List<String> violations,
      Duration length) {

    /** The same with the processes that ended by themselves as violations. */
    Report withDead(List<String> names) {
      List<String> all = new ArrayList<>(violations);
      names.forEach(name -> all.add("the process " + name + " ended by itself; see its log"));
      return new Report(faults, counts, all, length);
    }
  }

  FaultRun(Settings settings, InstantSource clock, Consumer<String> messages) {
    this.settings = settings;
    this.clock = clock;
    this.messages = messages;
  }

  /** Strikes as long as the number of faults done and the time gone are {@code wanted}. */
  Report run(Predicate<Progress> wanted) throws Exception {
    try (FaultCluster cluster =
        FaultCluster.start(settings.name().getSimpleName(), settings.size())) {
      Runners runners = new Runners(cluster.clients(), clock);
      Workload workload = new Workload(settings.seed(), runners);
      workload.apply();
      return run(cluster, workload, wanted);
    }
  }

  /** How far a run is. */
  record Progress(int faults, Duration gone) {}

  private Report run(FaultCluster cluster, Workload workload, Predicate<Progress> wanted)
      throws Exception {
    Instant begin = clock.instant();
    Outages outages = new Outages(RECOVERY);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Map<String, Integer> faults;
    try (EventWatch watch = new EventWatch(cluster.bootstrap())) {
      FaultDriver driver = new FaultDriver(cluster, watch, outages, clock, messages);
      Future<?> struck = thread.submit(() -> strike(driver, begin, wanted));
      while (!struck.isDone()) {
        workload.step();
        pause();
      }
      get(struck);
      faults = driver.done();
    } finally {
      thread.shutdownNow();
    }
    messages.accept(clock.instant() + " no more faults");
    Instant until = clock.instant().plus(DRAIN);
    while (!workload.look() && clock.instant().isBefore(until)) {
      pause();
    }
    Report report = judge(new Topics(cluster.bootstrap()), workload, outages, faults, begin);
    return report.withDead(cluster.dead());
  }

  private Void strike(FaultDriver driver, Instant begin, Predicate<Progress> wanted)
      throws InterruptedException {
    FaultPlan plan =
        new FaultPlan(settings.seed(), settings.size(), settings.longest(), Network.isPossible());
    int done = 0;
    while (wanted.test(new Progress(done, Duration.between(begin, clock.instant())))) {
      driver.strike(plan.next());
      done++;
    }
    return null;
  }

  // A run is shown as ended a moment before the log says so, hence more than one look.
  private Report judge(
      Topics topics, Workload workload, Outages outages, Map<String, Integer> faults, Instant begin)
      throws InterruptedException {
    Instant until = clock.instant().plus(SETTLE);
    while (true) {
      List<Guarantee> guarantees = guarantees(outages);
      Observation observation = new Observation(guarantees);
      observation.read(topics, workload.submissions(), workload.runs());
      List<String> violations =
          guarantees.stream()
              .flatMap(
                  each ->
                      each.violations().stream()
                          .map(text -> each.getClass().getSimpleName() + ": " + text))
              .toList();
      Instant now = clock.instant();
      if (violations.isEmpty() || now.isAfter(until)) {
        return new Report(faults, observation.counts(), violations, Duration.between(begin, now));
      }
      pause();
    }
  }

  private List<Guarantee> guarantees(Outages outages) {
    return List.of(
        new NoRunOrStageIsLost(),
        new StagesKeepTheirOrder(),
        new OneOutcomePerAttempt(),
        new NothingAfterTheEnd(),
        new SlotsAreNeverExceeded(settings.size().slots()),
        new DeadLettersKeepTheirInput(),
        new OverdueIsFlagged(outages, SLACK),
        new TheLogRebuildsTheState());
  }

  private void pause() throws InterruptedException {
    never.await(STEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static void get(Future<?> future) throws Exception {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the fault driver broke", e.getCause());
    }
  }
}
