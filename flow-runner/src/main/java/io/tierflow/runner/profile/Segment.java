package io.tierflow.runner.profile;

import java.time.Duration;
import java.time.Instant;

/**
 * One stage's part of a critical path. Immutable.
 *
 * @param gap the time between the segment before (or the run's submission) and this one
 * @param from when the stage was dispatched, but no earlier than the segment before ended
 * @param to when the stage ended, but no later than the run
 */
public record Segment(String pipeline, String stage, Duration gap, Instant from, Instant to) {

  /** How long the segment is. */
  public Duration length() {
    return Duration.between(from, to);
  }
}
