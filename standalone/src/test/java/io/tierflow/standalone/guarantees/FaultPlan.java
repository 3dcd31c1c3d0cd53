package io.tierflow.standalone.guarantees;

import io.tierflow.standalone.guarantees.Fault.Kind;
import io.tierflow.standalone.guarantees.Fault.Point;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a fault driver does, in order and without end. The same seed gives the same faults. */
final class FaultPlan {

  /**
   * Of ten faults, so many are a worker's, the ones up to the second figure a runner's, the rest a
   * broker's.
   */
  private static final int WORKERS = 6;

  private static final int RUNNERS = 8;

  private static final int SHORTEST_MILLIS = 100;

  private final Random random;
  private final List<String> workers;
  private final List<String> runners;
  private final List<String> brokers;
  private final List<Kind> kinds;
  private final Duration longest;

  /**
   * A plan.
   *
   * @param longest how long a process stays dead, frozen or cut off at most
   * @param cuts whether networks can be cut
   */
  FaultPlan(long seed, FaultCluster.Size size, Duration longest, boolean cuts) {
    this.random = new Random(seed);
    this.workers = size.workerNames();
    this.runners = size.runnerNames();
    this.brokers = size.brokerNames();
    this.kinds = Stream.of(Kind.values()).filter(kind -> cuts || kind != Kind.CUT).toList();
    this.longest = longest;
  }

  /** The next that is wanted; one that never comes is waited for without end. */
  Fault next(Predicate<Fault> wanted) {
    Fault fault = next();
    while (!wanted.test(fault)) {
      fault = next();
    }
    return fault;
  }

  Fault next() {
    int who = random.nextInt(10);
    String victim = who < WORKERS ? one(workers) : who < RUNNERS ? one(runners) : one(brokers);
    Kind kind = one(kinds);
    Point point = one(List.of(Point.values()));
    Duration delay = Duration.ofMillis(random.nextInt(point == Point.ANY ? 1500 : 60));
    int most = (int) longest.toMillis() - SHORTEST_MILLIS;
    return new Fault(
        kind, victim, point, delay, Duration.ofMillis(SHORTEST_MILLIS + random.nextInt(most)));
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
