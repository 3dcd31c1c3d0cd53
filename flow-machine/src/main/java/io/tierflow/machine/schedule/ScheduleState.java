package io.tierflow.machine.schedule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a flow's schedule. Immutable.
 *
 * @param timing the due times that it was last planned by, as text; empty when there are none
 * @param dealtWith every due time up to here has been run, left out or put among the waiting
 * @param open the runs that were started and have not ended, at most {@link #MAX_OPEN}
 * @param waiting due times whose runs start when the open ones have ended, at most {@link
 *     #MAX_WAITING}
 * @param watched what is known of the latest completions
 */
public record ScheduleState(
    String timing, Instant dealtWith, List<Started> open, List<Instant> waiting, Watched watched) {

  /** How many runs of one schedule may be out at once. */
  public static final int MAX_OPEN = 200;

  /** How many due times may wait; further ones are left out. */
  public static final int MAX_WAITING = 100;

  /** Copies the lists; null stands for nothing: an older version kept less. */
  public ScheduleState {
    open = open == null ? List.of() : List.copyOf(open);
    waiting = waiting == null ? List.of() : List.copyOf(waiting);
    watched = watched == null ? Watched.NONE : watched;
  }

  /**
   * What stands in for a state that was lost: due times from then on are dealt with, by whatever
   * plan comes. What was out is not waited for.
   *
   * @param missed the flags that are still known
   */
  public static ScheduleState lost(Instant at, List<Missed> missed) {
    return new ScheduleState(
        "", at, List.of(), List.of(), new Watched(at, List.of(), missed, List.of()));
  }

  /**
   * A run that was started.
   *
   * @param due its due time, which names it
   * @param version the flow's version that it follows
   * @param cause the input that started it
   */
  public record Started(Instant due, int version, String cause) {}

  /**
   * The same with a flag, unless one stands: nothing is run from this due time on.
   *
   * @param cause the input that could not be decided
   */
  public ScheduleState undecided(Instant due, Instant at, String cause) {
    return watched.standing().isPresent()
        ? this
        : with(watched.raised(Missed.undecided(due, at, cause)));
  }

  /** How many more runs may be started beside those that are out. */
  int room() {
    return MAX_OPEN - open.size();
  }

  boolean isOpen(Instant due) {
    return open.stream().anyMatch(run -> run.due().equals(due));
  }

  ScheduleState without(Instant due) {
    return new ScheduleState(
        timing,
        dealtWith,
        open.stream().filter(run -> !run.due().equals(due)).toList(),
        waiting,
        watched);
  }

  ScheduleState with(Watched newWatched) {
    return new ScheduleState(timing, dealtWith, open, waiting, newWatched);
  }

  ScheduleState with(Instant newDealtWith, List<Started> started, List<Instant> newWaiting) {
    List<Started> all = new ArrayList<>(open);
    all.addAll(started);
    return new ScheduleState(timing, newDealtWith, all, newWaiting, watched);
  }
}
