package io.tierflow.flow;

import java.time.Duration;
import java.time.Instant;

/**
 * Due times at all multiples of an interval, counted from 1970-01-01T00:00Z: so {@code every: 15m}
 * is due at the full quarters of an hour, whoever asks and whenever the flow was applied.
 *
 * @param interval at least {@link #MIN}, in whole milliseconds
 */
public record Every(Duration interval) implements Timing {

  /** The shortest interval. */
  public static final Duration MIN = Duration.ofSeconds(1);

  /**
   * Checks the interval.
   *
   * @throws IllegalArgumentException if it is too short or has parts of a millisecond; the message
   *     says what was expected
   */
  public Every {
    if (interval.compareTo(MIN) < 0 || interval.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException(
          "an interval of at least 1s, in whole milliseconds, such as 30s, 5m or 1d");
    }
  }

  @Override
  public Instant next(Instant after) {
    long step = interval.toMillis();
    return Instant.ofEpochMilli((Math.floorDiv(after.toEpochMilli(), step) + 1) * step);
  }
}
