package io.tierflow.local;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that stands still until it is moved: by a {@link LocalRun}, which jumps to whatever comes
 * next, or by hand. Give it to handlers that ask for the time. Not thread-safe.
 */
public final class LocalClock implements InstantSource {

  /** Where a clock begins unless it is told otherwise. */
  public static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

  private Instant now;

  private LocalClock(Instant start) {
    this.now = start;
  }

  /** A clock that stands at {@link #START}. */
  public static LocalClock standing() {
    return new LocalClock(START);
  }

  /** A clock that stands at that moment. */
  public static LocalClock standingAt(Instant start) {
    return new LocalClock(start);
  }

  @Override
  public Instant instant() {
    return now;
  }

  /**
   * Moves on. Within a handler this is how long its work takes; between steps of a run, what has
   * become due happens with the run's next step.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("a clock moves on only: expected 0 or more, found " + by);
    }
    now = now.plus(by);
  }

  void advanceTo(Instant then) {
    if (then.isAfter(now)) {
      now = then;
    }
  }
}
