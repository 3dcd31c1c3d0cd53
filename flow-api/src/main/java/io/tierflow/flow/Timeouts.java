package io.tierflow.flow;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

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
 * @param auto the limits that are worked out from how long it took before; what passes one is
 *     flagged and never stopped, and such a limit is empty here
 */
public record Timeouts(
    Optional<Duration> queue,
    Optional<Duration> run,
    Optional<Duration> heartbeat,
    Optional<Duration> total,
    Optional<Duration> handOver,
    Set<Auto> auto) {

  /** A limit that may be worked out from the past. */
  public enum Auto {
    /** Dispatch to start. */
    QUEUE,
    /** Start to completion. */
    RUN
  }

  /** Copies the set. */
  public Timeouts {
    auto = Set.copyOf(auto);
  }

  /** Limits of which none is worked out from the past. */
  public Timeouts(
      Optional<Duration> queue,
      Optional<Duration> run,
      Optional<Duration> heartbeat,
      Optional<Duration> total,
      Optional<Duration> handOver) {
    this(queue, run, heartbeat, total, handOver, Set.of());
  }

  /** No limits of its own. */
  public static final Timeouts NONE =
      new Timeouts(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
