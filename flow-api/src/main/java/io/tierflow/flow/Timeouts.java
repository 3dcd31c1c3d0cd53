package io.tierflow.flow;

import java.time.Duration;
import java.util.Optional;

/**
 * The time limits of a stage; an empty one is not watched, or has the worker's default.
 *
 * @param queue dispatch to start; past it the stage is flagged NOT_PICKED_UP; default 5 min
 * @param run start to completion of one attempt; past it the attempt is stopped as TIMED_OUT; one
 *     that nobody stopped 10 s later is flagged OVERDUE
 * @param heartbeat silence of a long attempt after which its worker counts as lost; default 10 s
 * @param total first dispatch to the end of the last attempt, waits included; past it the stage
 *     fails as TIMED_OUT and is not tried again; for each element of a for-each on its own
 * @param handOver how long an attempt runs on the broker's lock before the runner takes the lease
 *     over; zero for stages known to be long; default 60 s
 */
public record Timeouts(
    Optional<Duration> queue,
    Optional<Duration> run,
    Optional<Duration> heartbeat,
    Optional<Duration> total,
    Optional<Duration> handOver) {

  /** No limits of its own. */
  public static final Timeouts NONE =
      new Timeouts(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
