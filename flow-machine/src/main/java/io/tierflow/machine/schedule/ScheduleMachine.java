package io.tierflow.machine.schedule;

import io.tierflow.flow.Schedule;
import io.tierflow.flow.Schedule.Overlap;
import io.tierflow.machine.schedule.ScheduleDecision.LeftOut;
import io.tierflow.machine.schedule.ScheduleDecision.Reason;
import io.tierflow.machine.schedule.ScheduleState.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides which due times of a flow have come and what becomes of them. Pure: the time is the
 * input's own, so that a repetition decides the same. Where the state already holds what an input
 * did, the runs that it started and that have not ended are submitted again; a run's id follows
 * from flow and due time, so it is the same run.
 */
public final class ScheduleMachine {

  /** With catch-up NONE, a due time counts as in time up to this long after its moment. */
  public static final Duration IN_TIME = Duration.ofMinutes(1);

  /** How many due times one decision deals with; the rest are next. */
  static final int MAX_AT_ONCE = 50;

  private static final Duration FAR_AHEAD = Duration.ofDays(1);

  private ScheduleMachine() {}

  /**
   * Decides.
   *
   * @param state what was kept last
   * @param times those of the flow's newest version; empty when it does not run by itself
   * @param version the flow's newest version
   * @param input what has come
   * @param at when the input came to be
   */
  public static ScheduleDecision decide(
      Optional<ScheduleState> state,
      Optional<DueTimes> times,
      int version,
      ScheduleInput input,
      Instant at) {
    if (input instanceof ScheduleInput.Applied) {
      return applied(state, times, at);
    }
    if (state.isEmpty()) {
      return ScheduleDecision.nothing(state);
    }
    return input instanceof ScheduleInput.Ended ended
        ? ended(state.get(), times, version, ended)
        : times
            .map(due -> woken(state.get(), due, version, (ScheduleInput.Woken) input, at))
            .orElseGet(() -> ScheduleDecision.nothing(state));
  }

  private static ScheduleDecision applied(
      Optional<ScheduleState> state, Optional<DueTimes> times, Instant at) {
    String timing = times.map(due -> due.schedule().timing().toString()).orElse("");
    if (timing.isEmpty() && state.isEmpty()) {
      return ScheduleDecision.nothing(state);
    }
    // The same due times go on where they were, unless a clock was far ahead then: that would be a
    // long silence. A little ahead it is when this input comes again after a crash.
    Optional<ScheduleState> same =
        state
            .filter(old -> old.timing().equals(timing))
            .filter(old -> !old.dealtWith().minus(FAR_AHEAD).isAfter(at));
    ScheduleState next =
        new ScheduleState(
            timing,
            same.map(ScheduleState::dealtWith).orElse(at),
            state.map(ScheduleState::open).orElse(List.of()),
            same.map(ScheduleState::waiting).orElse(List.of()));
    return new ScheduleDecision(Optional.of(next), List.of(), wake(times, next), List.of());
  }

  private static ScheduleDecision woken(
      ScheduleState state, DueTimes times, int version, ScheduleInput.Woken woken, Instant at) {
    String cause = woken.cause();
    List<Started> submit = again(state, cause);
    if (woken.wakeAt().isBefore(times.moment(times.next(state.dealtWith())))) {
      // It was dealt with before, or the plan has changed since.
      return new ScheduleDecision(
          Optional.of(state), submit, wake(Optional.of(times), state), List.of());
    }
    List<LeftOut> leftOut = new ArrayList<>();
    Come come = come(state, times, at, leftOut);
    List<Instant> candidates = new ArrayList<>(state.waiting());
    candidates.addAll(come.toRun());
    Choice choice = choose(state, times.schedule().overlap(), candidates, leftOut);
    List<Started> started = started(choice, version, cause);
    submit.addAll(started);
    ScheduleState next = state.with(come.dealtWith(), started, choice.waiting());
    return new ScheduleDecision(Optional.of(next), submit, wake(Optional.of(times), next), leftOut);
  }

  private static ScheduleDecision ended(
      ScheduleState state, Optional<DueTimes> times, int version, ScheduleInput.Ended ended) {
    List<Started> submit = again(state, ended.cause());
    if (!state.isOpen(ended.due())) {
      return new ScheduleDecision(Optional.of(state), submit, Optional.empty(), List.of());
    }
    ScheduleState left = state.without(ended.due());
    Overlap overlap = times.map(DueTimes::schedule).map(Schedule::overlap).orElse(Overlap.QUEUE);
    List<LeftOut> leftOut = new ArrayList<>();
    Choice choice = choose(left, overlap, left.waiting(), leftOut);
    List<Started> started = started(choice, version, ended.cause());
    submit.addAll(started);
    ScheduleState next = left.with(left.dealtWith(), started, choice.waiting());
    return new ScheduleDecision(Optional.of(next), submit, Optional.empty(), leftOut);
  }

  /** Up to where due times have come, and which of them are to run. */
  private record Come(Instant dealtWith, List<Instant> toRun) {}

  private static Come come(ScheduleState state, DueTimes times, Instant at, List<LeftOut> leftOut) {
    Instant dealtWith = state.dealtWith();
    if (times.schedule().catchUp() == Schedule.CatchUp.ALL) {
      // Where there is no room, they come another time: the wake-up for the first of them stands.
      boolean allow = times.schedule().overlap() == Overlap.ALLOW;
      int limit = allow ? Math.min(MAX_AT_ONCE, state.room()) : MAX_AT_ONCE;
      List<Instant> come = times.come(dealtWith, at, limit);
      return new Come(come.isEmpty() ? dealtWith : come.get(come.size() - 1), come);
    }
    Optional<Instant> found = times.lastCome(dealtWith, at);
    if (found.isEmpty()) {
      return new Come(dealtWith, List.of());
    }
    Instant last = found.get();
    boolean late = times.moment(last).plus(IN_TIME).isBefore(at);
    boolean runs = times.schedule().catchUp() == Schedule.CatchUp.LAST || !late;
    Instant first = times.next(dealtWith);
    Instant before = runs ? last : last.plusMillis(1);
    if (first.isBefore(before)) {
      leftOut.add(new LeftOut(Reason.CATCH_UP, first, before));
    }
    return new Come(last, runs ? List.of(last) : List.of());
  }

  /** Which due times run now, and which wait. */
  private record Choice(List<Instant> now, List<Instant> waiting) {}

  private static Choice choose(
      ScheduleState state, Overlap overlap, List<Instant> candidates, List<LeftOut> leftOut) {
    int room = overlap == Overlap.ALLOW ? state.room() : state.open().isEmpty() ? 1 : 0;
    int now = Math.min(room, candidates.size());
    int kept = overlap == Overlap.QUEUE ? ScheduleState.MAX_WAITING : 0;
    int end = Math.min(candidates.size(), now + kept);
    if (end < candidates.size()) {
      Instant last = candidates.get(candidates.size() - 1);
      leftOut.add(new LeftOut(Reason.OVERLAP, candidates.get(end), last.plusMillis(1)));
    }
    return new Choice(candidates.subList(0, now), candidates.subList(now, end));
  }

  private static List<Started> started(Choice choice, int version, String cause) {
    return choice.now().stream().map(due -> new Started(due, version, cause)).toList();
  }

  private static List<Started> again(ScheduleState state, String cause) {
    return new ArrayList<>(state.open().stream().filter(run -> run.cause().equals(cause)).toList());
  }

  private static Optional<Instant> wake(Optional<DueTimes> times, ScheduleState state) {
    return times.map(due -> due.moment(due.next(state.dealtWith())));
  }
}
