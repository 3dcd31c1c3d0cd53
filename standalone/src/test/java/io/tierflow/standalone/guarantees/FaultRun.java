package io.tierflow.standalone.guarantees;

import io.tierflow.standalone.faults.Topics;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
   * @param longest the longest of what was waited for
   * @param violations where a guarantee was broken
   * @param length from the first submission to the last look
   */
  record Report(
      Map<String, Integer> faults,
      Map<String, Integer> counts,
      Map<String, Duration> longest,
      List<String> violations,
      Duration length) {

    /** The same with these violations as well. */
    private Report with(List<String> more) {
      List<String> all = new ArrayList<>(violations);
      all.addAll(more);
      return new Report(faults, counts, longest, all, length);
    }

    /** Prints it for a person; the exit code of a command that made the run. */
    int print(long seed, PrintStream out) {
      out.printf("%nseed %d, %d s%n", seed, length.toSeconds());
      print("faults", faults, out);
      print("seen", counts, out);
      Map<String, Long> millis = new TreeMap<>();
      longest.forEach((what, time) -> millis.put(what, time.toMillis()));
      print("longest, ms", millis, out);
      out.println("broken promises: " + violations.size());
      violations.forEach(each -> out.println("  " + each));
      return violations.isEmpty() ? 0 : 1;
    }

    private static void print(
        String title, Map<String, ? extends Number> figures, PrintStream out) {
      out.println(title + ":");
      figures.forEach((what, count) -> out.printf("  %-34s %d%n", what, count));
    }
  }

  /** Says what is done next. */
  interface Script {

    /** The next fault; empty when it was enough. It may wait for its moment. */
    Optional<Fault> next(FaultCluster cluster, Progress progress);
  }

  FaultRun(Settings settings, InstantSource clock, Consumer<String> messages) {
    this.settings = settings;
    this.clock = clock;
    this.messages = messages;
  }

  /** Strikes as long as the number of faults done and the time gone are {@code wanted}. */
  Report run(Predicate<Progress> wanted) throws Exception {
    return run(wanted, fault -> true);
  }

  /** The same with those faults only that are aimed at. */
  Report run(Predicate<Progress> wanted, Predicate<Fault> aim) throws Exception {
    FaultPlan plan =
        new FaultPlan(settings.seed(), settings.size(), settings.longest(), Network.isPossible());
    return run(
        (cluster, progress) ->
            wanted.test(progress) ? Optional.of(plan.next(aim)) : Optional.empty());
  }

  /** Does what a script says. */
  Report run(Script script) throws Exception {
    try (FaultCluster cluster =
        FaultCluster.start(settings.name().getSimpleName(), settings.size())) {
      Runners runners = new Runners(cluster.clients(), clock);
      Workload workload = new Workload(settings.seed(), runners);
      workload.apply();
      return run(cluster, workload, script);
    }
  }

  /** How far a run is. */
  record Progress(int faults, Duration gone) {}

  private Report run(FaultCluster cluster, Workload workload, Script script) throws Exception {
    Instant begin = clock.instant();
    Outages outages = new Outages(RECOVERY);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    FaultDriver driver;
    Map<String, Duration> longest = new TreeMap<>();
    try (EventWatch watch = new EventWatch(cluster.bootstrap());
        ApiWatch pools = new ApiWatch(cluster.clients(), clock, client -> client.pools() != null);
        ApiWatch run = new ApiWatch(cluster.clients(), clock, workload::isShown)) {
      driver = new FaultDriver(cluster, watch, outages, clock, messages);
      Future<?> struck = thread.submit(() -> strike(driver, cluster, begin, script));
      while (!struck.isDone()) {
        workload.step();
        pause();
      }
      get(struck);
      longest.putAll(driver.longest());
      longest.put("no runner told the pools", pools.longest());
      longest.put("no runner showed a run", run.longest());
    } finally {
      thread.shutdownNow();
    }
    messages.accept(clock.instant() + " no more faults");
    Instant until = clock.instant().plus(DRAIN);
    while (!workload.look() && clock.instant().isBefore(until)) {
      pause();
    }
    Observed observed = judge(new Topics(cluster.bootstrap()), workload, outages);
    return new Report(
            driver.done(),
            observed.counts(),
            longest,
            observed.violations(),
            Duration.between(begin, clock.instant()))
        .with(driver.stuck())
        .with(
            cluster.dead().stream()
                .map(name -> "the process " + name + " ended by itself; see its log")
                .toList());
  }

  private Void strike(FaultDriver driver, FaultCluster cluster, Instant begin, Script script)
      throws InterruptedException {
    for (int done = 0; ; done++) {
      Duration gone = Duration.between(begin, clock.instant());
      Optional<Fault> fault = script.next(cluster, new Progress(done, gone));
      if (fault.isEmpty()) {
        return null;
      }
      driver.strike(fault.get());
    }
  }

  private record Observed(Map<String, Integer> counts, List<String> violations) {}

  // A run is shown as ended a moment before the log says so, hence more than one look.
  private Observed judge(Topics topics, Workload workload, Outages outages)
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
      if (violations.isEmpty() || clock.instant().isAfter(until)) {
        return new Observed(observation.counts(), violations);
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
