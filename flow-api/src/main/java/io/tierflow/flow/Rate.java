package io.tierflow.flow;

import java.time.Duration;
import java.util.Objects;

/**
 * How often attempts of a stage are sent to workers at most, over all workers and runners: so many
 * within any period.
 *
 * @param calls how many attempts; from 1 to {@value #MAX_CALLS}
 * @param per the period; from {@link #MIN_PER} to {@link #MAX_PER}
 */
public record Rate(int calls, Duration per) {

  /** More than this within a period are no limit. */
  public static final int MAX_CALLS = 1_000_000;

  /** The shortest period: a second. */
  public static final Duration MIN_PER = Duration.ofSeconds(1);

  /** The longest period: a day. */
  public static final Duration MAX_PER = Duration.ofDays(1);

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Rate {
    Objects.requireNonNull(per, "per");
    if (calls < 1 || calls > MAX_CALLS) {
      throw new IllegalArgumentException(
          "calls: expected a number from 1 to " + MAX_CALLS + ", found " + calls);
    }
    if (per.compareTo(MIN_PER) < 0 || per.compareTo(MAX_PER) > 0) {
      throw new IllegalArgumentException(
          "per: expected " + MIN_PER + " to " + MAX_PER + ", found " + per);
    }
  }
}
