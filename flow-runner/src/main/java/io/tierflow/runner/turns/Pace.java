package io.tierflow.runner.turns;

import java.util.Arrays;

/** How often something happens, by what happened within the last second. Not thread-safe. */
final class Pace {

  private static final int BUCKETS = 10;
  private static final long BUCKET_MILLIS = 100;

  private final int[] counts = new int[BUCKETS];
  private long newest; // the number of the newest bucket
  private int sum;

  /** It happened once, now. */
  void count(long nowMillis) {
    turn(nowMillis);
    counts[(int) (newest % BUCKETS)]++;
    sum++;
  }

  /** How often it happened within the last second. */
  int perSecond(long nowMillis) {
    turn(nowMillis);
    return sum;
  }

  // A clock that goes back counts into the newest bucket.
  private void turn(long nowMillis) {
    long bucket = Math.floorDiv(nowMillis, BUCKET_MILLIS);
    if (bucket - newest >= BUCKETS) {
      Arrays.fill(counts, 0);
      sum = 0;
      newest = bucket;
    }
    while (newest < bucket) {
      newest++;
      sum -= counts[(int) (newest % BUCKETS)];
      counts[(int) (newest % BUCKETS)] = 0;
    }
  }
}
