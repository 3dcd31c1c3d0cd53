package io.tierflow.runner.turns;

import io.tierflow.flow.Rate;
import java.util.HashMap;
import java.util.Map;

/**
 * Which part of a rate is this runner's: each partition of the runs has a part, and a runner the
 * parts of the partitions that it owns, so that all runners together never have more than the
 * whole. Pure, and not thread-safe; times are milliseconds of the runner's clock.
 *
 * <ul>
 *   <li>A part that came counts after one period, when what its owner before sent is a period ago;
 *       but after a minute at the latest. One that went counts no more at once.
 *   <li>Where a rate allows fewer than there are partitions, its parts go around, so that none
 *       waits for ever: every two periods each goes to another partition.
 * </ul>
 */
final class Parts {

  /** How long a part that came waits at most. */
  static final long LONGEST_WAIT_MILLIS = 60_000;

  private final int partitions;
  private final Map<Integer, Long> since = new HashMap<>(); // of those that are owned

  /** None is owned yet, of so many in all. */
  Parts(int partitions) {
    this.partitions = partitions;
  }

  void came(int partition, long now) {
    since.put(partition, now);
  }

  void went(int partition) {
    since.remove(partition);
  }

  /** How many this runner may have sent within the period that ends now. */
  int of(Limit limit, long now) {
    Rate rate = limit.rate();
    long per = rate.per().toMillis();
    long before = now - Math.min(per, LONGEST_WAIT_MILLIS);
    int shift = Math.floorMod(limit.stage().hashCode(), partitions);
    if (rate.calls() >= partitions) {
      return held(rate.calls(), shift, before);
    }
    // Both ends of the period: in between they go around once at most.
    return Math.min(
        held(rate.calls(), shift + turned(rate, now), before),
        held(rate.calls(), shift + turned(rate, now - per), before));
  }

  private int turned(Rate rate, long at) {
    long rounds = Math.floorDiv(at, 2 * rate.per().toMillis());
    return (int) Math.floorMod(rounds * rate.calls(), (long) partitions);
  }

  // What is left over of equal parts goes to the partitions from one on.
  private int held(int calls, int first, long before) {
    int sum = 0;
    for (Map.Entry<Integer, Long> each : since.entrySet()) {
      if (each.getValue() <= before) {
        int place = Math.floorMod(each.getKey() - first, partitions);
        sum += calls / partitions + (place < calls % partitions ? 1 : 0);
      }
    }
    return sum;
  }
}
