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
    if (input instanceof ScheduleInput.Applied applied) {
      return applied(state, times, applied, at);
    }
    if (state.isEmpty()) {
      return ScheduleDecision.nothing(state);
    }
    if (input instanceof ScheduleInput.Ended ended) {
      return ended(state.get(), times, version, ended, at);
    }
    if (input instanceof ScheduleInput.MadeUp madeUp) {
      return madeUp(state.get(), times, madeUp, at);
    }
    return times
        .map(due -> woken(state.get(), due, version, (ScheduleInput.Woken) input, at))
        .orElseGet(() -> ScheduleDecision.nothing(state));
  }

  private static ScheduleDecision applied(
      Optional<ScheduleState> state,
      Optional<DueTimes> times,
      ScheduleInput.Applied input,
      Instant at) {
    String timing = times.map(due -> due.schedule().timing().toString()).orElse("");
    if (timing.isEmpty() && state.isEmpty()) {
      return ScheduleDecision.nothing(state);
    }
    if (state.filter(known -> known.watched().decided().contains(input.cause())).isPresent()) {
      return decision(state.get(), List.of(), wake(times, state.get()), List.of(), input);
    }
    // The same due times go on where they were, unless a clock was far ahead then: that would be a
    // long silence. A little ahead it is when this input comes again after a crash.
    Optional<ScheduleState> same =
        state
            .filter(old -> old.timing().equals(timing))
            .filter(old -> !old.dealtWith().minus(FAR_AHEAD).isAfter(at));
    Watch watch =
        new Watch(
            state.map(ScheduleState::watched).orElse(Watched.NONE).decided(input.cause()),
            times,
            input,
            at);
    List<LeftOut> leftOut = same.isPresent() ? List.of() : replanned(state);
    if (same.isEmpty()) {
      watch.planAnew();
      watch.leftOut(leftOut);
    }
    watch.stopUnlessWatched();
    ScheduleState next =
        watch.judge(
            new ScheduleState(
                timing,
                same.map(ScheduleState::dealtWith).orElse(at),
                state.map(ScheduleState::open).orElse(List.of()),
                same.map(ScheduleState::waiting).orElse(List.of()),
                null));
    return decision(next, List.of(), wake(times, next), leftOut, input);
  }

  private static List<LeftOut> replanned(Optional<ScheduleState> state) {
    List<Instant> waiting = state.map(ScheduleState::waiting).orElse(List.of());
    return waiting.isEmpty()
        ? List.of()
        : List.of(
            new LeftOut(
                Reason.REPLANNED, waiting.get(0), waiting.get(waiting.size() - 1).plusMillis(1)));
  }

  private static ScheduleDecision woken(
      ScheduleState state, DueTimes times, int version, ScheduleInput.Woken woken, Instant at) {
    Watch watch = new Watch(state.watched(), Optional.of(times), woken, at);
    List<Started> submit = again(state, woken);
    List<LeftOut> leftOut = new ArrayList<>();
    ScheduleState next = state;
    // Else it was dealt with before, or the plan has changed since, or it is for the watch only.
    if (!woken.wakeAt().isBefore(times.moment(times.next(state.dealtWith())))) {
      Come come = come(state, times, at, leftOut);
      List<Instant> candidates = new ArrayList<>(state.waiting());
      candidates.addAll(come.toRun());
      Choice choice = choose(state, times.schedule().overlap(), candidates, leftOut);
      List<Started> started = started(choice, version, woken);
      submit.addAll(started);
      next = state.with(come.dealtWith(), started, choice.waiting());
    }
    watch.leftOut(leftOut);
    next = watch.judge(next);
    return decision(next, submit, wake(Optional.of(times), next), leftOut, woken);
  }

  private static ScheduleDecision ended(
      ScheduleState state,
      Optional<DueTimes> times,
      int version,
      ScheduleInput.Ended ended,
      Instant at) {
    List<Started> submit = again(state, ended);
    if (!state.isOpen(ended.due())) {
      return decision(state, submit, Optional.empty(), List.of(), ended);
    }
    Watch watch = new Watch(state.watched(), times, ended, at);
    ended
        .undone()
        .ifPresentOrElse(why -> watch.undone(ended.due(), why), () -> watch.done(ended.due()));
    ScheduleState left = state.without(ended.due());
    Overlap overlap = times.map(DueTimes::schedule).map(Schedule::overlap).orElse(Overlap.QUEUE);
    List<LeftOut> leftOut = new ArrayList<>();
    Choice choice = choose(left, overlap, left.waiting(), leftOut);
    List<Started> started = started(choice, version, ended);
    submit.addAll(started);
    watch.leftOut(leftOut);
    ScheduleState next = watch.judge(left.with(left.dealtWith(), started, choice.waiting()));
    return decision(next, submit, Optional.empty(), leftOut, ended);
  }

  private static ScheduleDecision madeUp(
      ScheduleState state, Optional<DueTimes> times, ScheduleInput.MadeUp madeUp, Instant at) {
    boolean repeated = state.watched().decided().contains(madeUp.cause());
    if (repeated || madeUp.due().isAfter(state.dealtWith())) {
      return decision(state, List.of(), Optional.empty(), List.of(), madeUp);
    }
    Watch watch = new Watch(state.watched().decided(madeUp.cause()), times, madeUp, at);
    watch.done(madeUp.due());
    return decision(watch.judge(state), List.of(), Optional.empty(), List.of(), madeUp);
  }

  private static ScheduleDecision decision(
      ScheduleState state,
      List<Started> submit,
      Optional<Instant> wakeAt,
      List<LeftOut> leftOut,
      ScheduleInput input) {
    return new ScheduleDecision(
        Optional.of(state), submit, wakeAt, leftOut, state.watched().told(input.cause()));
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

  private static List<Started> started(Choice choice, int version, ScheduleInput input) {
    return choice.now().stream().map(due -> new Started(due, version, input.cause())).toList();
  }

  private static List<Started> again(ScheduleState state, ScheduleInput input) {
    return new ArrayList<>(
        state.open().stream().filter(run -> run.cause().equals(input.cause())).toList());
  }

  // At the next moment, or when something is to be judged before that.
  private static Optional<Instant> wake(Optional<DueTimes> times, ScheduleState state) {
    return times.map(
        due -> {
          Instant moment = due.moment(due.next(state.dealtWith()));
          return Watch.next(state, due).filter(limit -> limit.isBefore(moment)).orElse(moment);
        });
  }
}
