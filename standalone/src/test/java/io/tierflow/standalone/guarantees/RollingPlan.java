package io.tierflow.standalone.guarantees;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Restarts every process in good order, one after the other, for some rounds, each in another order
 * over brokers, runners and workers. The same seed gives the same restarts.
 */
final class RollingPlan {

  private static final int LONGEST_DELAY_MILLIS = 2000;

  private final Iterator<Fault> restarts;

  RollingPlan(long seed, FaultCluster.Size size, int rounds) {
    Random random = new Random(seed);
    List<Fault> all = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      List<String> names = new ArrayList<>(size.brokerNames());
      names.addAll(size.runnerNames());
      names.addAll(size.workerNames());
      Collections.shuffle(names, random);
      for (String name : names) {
        Duration delay = Duration.ofMillis(random.nextInt(LONGEST_DELAY_MILLIS));
        all.add(new Fault(Fault.Kind.RESTART, name, Fault.Point.ANY, delay, Duration.ZERO));
      }
    }
    this.restarts = all.iterator();
  }

  /** The next restart; empty after the last. */
  Optional<Fault> next() {
    return restarts.hasNext() ? Optional.of(restarts.next()) : Optional.empty();
  }
}
