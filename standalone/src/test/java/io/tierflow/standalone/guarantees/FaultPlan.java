package io.tierflow.standalone.guarantees;

import io.tierflow.standalone.guarantees.Fault.Kind;
import io.tierflow.standalone.guarantees.Fault.Point;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What a fault driver does, in order and without end. The same seed gives the same faults. */
final class FaultPlan {

  /**
   * Of ten faults, so many are a worker's, and so many more a runner's; the rest is the broker's.
   */
  private static final int WORKERS = 6;

  private static final int RUNNERS = 9;

  private static final int SHORTEST_MILLIS = 100;

  private final Random random;
  private final List<String> workers;
  private final List<String> runners;
  private final String broker;
  private final Duration longest;

  /**
   * A plan.
   *
   * @param longest how long a process stays dead or frozen at most
   */
  FaultPlan(
      long seed, List<String> workers, List<String> runners, String broker, Duration longest) {
    this.random = new Random(seed);
    this.workers = workers;
    this.runners = runners;
    this.broker = broker;
    this.longest = longest;
  }

  Fault next() {
    int who = random.nextInt(10);
    String victim = who < WORKERS ? one(workers) : who < RUNNERS ? one(runners) : broker;
    Kind kind = one(List.of(Kind.values()));
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
