package io.tierflow.machine.schedule;

import io.tierflow.machine.schedule.ScheduleDecision.LeftOut;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Watches the latest completions of a schedule while one input is decided. Each due time is judged
 * once, by the first input after its latest completion; what has not been done by then is missed,
 * whatever has become of it. One thread only.
 */
final class Watch {

  private final Optional<DueTimes> times;
  private final String cause;
  private final Instant at;
  private Watched watched;

  /**
   * Begins with what was known.
   *
   * @param times the due times; empty for none
   */
  Watch(Watched watched, Optional<DueTimes> times, ScheduleInput input, Instant at) {
    this.watched = watched;
    this.times = times.filter(due -> due.within().isPresent());
    this.cause = input.cause();
    this.at = at;
  }

  /** When the next due time is to be judged; empty for none. */
  static Optional<Instant> next(ScheduleState state, DueTimes times) {
    Watched watched = state.watched();
    Stream<Instant> lacking = watched.lacking().stream().map(Lack::first);
    return times
        .within()
        .flatMap(
            within ->
                Stream.concat(underWay(state).map(Lack::first), lacking)
                    .min(Comparator.naturalOrder())
                    .map(due -> due.plus(within)));
  }

  // What is out or waits and has not been judged.
  private static Stream<Lack> underWay(ScheduleState state) {
    return Stream.concat(
            state.open().stream().map(run -> Lack.of(run.due(), Undone.RUNNING)),
            state.waiting().stream().map(due -> Lack.of(due, Undone.WAITING)))
        .filter(lack -> !state.watched().isJudged(lack.first()));
  }

  /** The work of a due time is done, by its run or by another. */
  void done(Instant due) {
    times.ifPresent(
        known ->
            watched =
                watched.lacking(
                    watched.lacking().stream().flatMap(row -> row.without(due, known)).toList()));
    watched
        .standing()
        .filter(flag -> !due.isBefore(flag.last()))
        .ifPresent(flag -> watched = watched.standing(flag.cleared(at, cause, due)));
  }

  /** The run of a due time has ended, and its work is not done. */
  void undone(Instant due, Undone why) {
    lacks(Lack.of(due, why));
  }

  /** These due times have no run. */
  void leftOut(List<LeftOut> some) {
    for (LeftOut out : some) {
      Instant end = out.before().minusMillis(1);
      Instant last = times.flatMap(due -> due.last(out.first().minusMillis(1), end)).orElse(end);
      lacks(new Lack(out.first(), last, Undone.of(out.reason())));
    }
  }

  private void lacks(Lack lack) {
    times.ifPresent(due -> watched = watched.lacksToo(lack, due));
  }

  /** Other due times are planned from now on. */
  void planAnew() {
    Instant judged = watched.judged().isAfter(at) ? at : watched.judged();
    watched =
        new Watched(
            judged,
            watched.lacking().stream().filter(row -> !row.first().isAfter(at)).toList(),
            watched.missed(),
            watched.decided());
  }

  /** Nobody wants to hear of it any more, unless it is watched. */
  void stopUnlessWatched() {
    if (times.isEmpty()) {
      watched
          .standing()
          .ifPresent(flag -> watched = watched.standing(flag.cleared(at, cause, null)));
    }
  }

  /** Judges what is past its latest completion, of the state that the input leads to. */
  ScheduleState judge(ScheduleState state) {
    if (times.isEmpty()) {
      return state.with(watched.lacking(List.of()).judgedUpTo(state.dealtWith()));
    }
    Instant limit = at.minus(times.get().within().orElse(Duration.ZERO));
    Instant end = limit.isBefore(state.dealtWith()) ? limit : state.dealtWith();
    List<Lack> missed = new ArrayList<>();
    underWay(state.with(watched)).filter(it -> !it.first().isAfter(end)).forEach(missed::add);
    List<Lack> left = new ArrayList<>();
    for (Lack row : watched.lacking()) {
      Optional<Lack> rest = Optional.of(row);
      while (rest.filter(some -> !some.first().isAfter(end)).isPresent()) {
        Lack part = rest.get().until(end, times.get());
        missed.add(part);
        rest = rest.get().after(part.last(), times.get());
      }
      rest.ifPresent(left::add);
    }
    // Too many to be kept: those count before their time, rather than never.
    int most = Math.max(0, left.size() - Watched.MAX_LACKING);
    missed.addAll(left.subList(0, most));
    watched = watched.lacking(left.subList(most, left.size())).judgedUpTo(end);
    miss(missed);
    return state.with(watched);
  }

  private void miss(List<Lack> missed) {
    Optional<Lack> first = missed.stream().min(Comparator.comparing(Lack::first));
    Optional<Instant> last = missed.stream().map(Lack::last).max(Comparator.naturalOrder());
    if (first.isEmpty()) {
      return;
    }
    watched =
        watched
            .standing()
            .map(flag -> watched.standing(flag.joinedBy(last.orElseThrow())))
            .orElseGet(
                () -> watched.raised(Missed.raised(first.get(), last.orElseThrow(), at, cause)));
  }
}
