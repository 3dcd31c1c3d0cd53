package io.tierflow.machine;

import java.time.Duration;
import java.util.Arrays;

/**
 * A limit of a run that was worked out from the past when the run was submitted, and what it was
 * worked out from. What passes it is flagged, never stopped.
 *
 * @param pipeline null for the run's deadline
 * @param stage null for the run's deadline
 * @param atMost null while too little is known: what holds without history does then
 * @param p99 the 99th percentile of the past times; null when none is known
 * @param runs how many past times are known
 */
public record Budget(
    Kind kind, String pipeline, String stage, Duration atMost, Duration p99, int runs) {

  /** Which limit. */
  public enum Kind {
    /** Of the run: submitted to ended. */
    DEADLINE,
    /** Of an attempt: dispatch to start. */
    QUEUE,
    /** Of an attempt: start to completion. */
    RUN
  }

  /** How many past times it takes before a limit is worked out. */
  public static final int MINIMUM_RUNS = 20;

  /** How often the 99th percentile of the past is the limit. */
  public static final double FACTOR = 2;

  /** No limit is shorter: below, clocks and pauses of the machine would be flagged. */
  public static final Duration LEAST = Duration.ofSeconds(5);

  /** The limit that follows from these past times, in milliseconds and any order. */
  static Budget of(Series series, long[] past) {
    if (past.length == 0) {
      return new Budget(series.kind(), series.pipeline(), series.stage(), null, null, 0);
    }
    long[] sorted = past.clone();
    Arrays.sort(sorted);
    long p99 = sorted[(int) Math.ceil(0.99 * sorted.length) - 1];
    Duration limit = Duration.ofMillis((long) (p99 * FACTOR));
    limit = limit.compareTo(LEAST) < 0 ? LEAST : limit;
    return new Budget(
        series.kind(),
        series.pipeline(),
        series.stage(),
        past.length < MINIMUM_RUNS ? null : limit,
        Duration.ofMillis(p99),
        past.length);
  }

  boolean isOf(Kind other, TaskKey task) {
    return kind == other
        && (task == null
            ? stage == null
            : task.stage().equals(stage) && task.pipeline().equals(pipeline));
  }
}
