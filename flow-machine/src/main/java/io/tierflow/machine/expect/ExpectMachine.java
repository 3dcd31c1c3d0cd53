package io.tierflow.machine.expect;

import io.tierflow.machine.expect.ExpectDecision.Outcome;
import io.tierflow.machine.expect.Report.Status;
import io.tierflow.machine.expect.Report.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what is missing of work that was started elsewhere. Pure: the time is the input's own, so
 * that a repetition decides the same. An input that was decided before changes nothing, and tells
 * once more what it told.
 */
public final class ExpectMachine {

  private ExpectMachine() {}

  /**
   * Decides.
   *
   * @param state what was kept last; empty when nothing is known
   * @param input what has come
   * @param at when the input came to be
   */
  public static ExpectDecision decide(Optional<ExpectState> state, ExpectInput input, Instant at) {
    if (state.filter(known -> known.decided().contains(input.cause())).isPresent()) {
      return again(state.get(), input);
    }
    Draft draft = new Draft(state, input.cause(), at);
    if (input instanceof ExpectInput.Register register) {
      return register(draft, register);
    }
    if (input instanceof ExpectInput.Woken) {
      return woken(draft);
    }
    if (state.filter(ExpectState::isExpected).isEmpty()) {
      return draft.decided(new Outcome.Unknown());
    }
    if (input instanceof ExpectInput.Reported reported) {
      return reported(draft, reported);
    }
    draft.clear(draft.state().open());
    draft.add(new ExpectEvent.Removed(at));
    return draft.decided(new Outcome.Removed());
  }

  private static ExpectDecision again(ExpectState state, ExpectInput input) {
    Optional<Report> report =
        input instanceof ExpectInput.Reported reported
            ? state.report(reported.id())
            : Optional.empty();
    Outcome outcome =
        report.<Outcome>map(Outcome.Kept::new).orElseGet(() -> new Outcome.Unchanged());
    return new ExpectDecision(
        Optional.of(state), List.of(), told(state, input.cause()), state.wakeAt(), outcome);
  }

  private static List<ExpectEvent> told(ExpectState state, String cause) {
    List<ExpectEvent> told = new ArrayList<>();
    for (Flag flag : state.flags()) {
      if (cause.equals(flag.clearCause())) {
        told.add(new ExpectEvent.Cleared(flag, flag.clearedAt(), cause));
      }
    }
    for (Flag flag : state.flags()) {
      if (cause.equals(flag.cause())) {
        told.add(new ExpectEvent.Flagged(flag));
      }
    }
    return told;
  }

  private static ExpectDecision register(Draft draft, ExpectInput.Register register) {
    Optional<ExpectState> before = draft.known().filter(ExpectState::isExpected);
    Expectation wanted = register.expectation();
    if (before.filter(known -> known.expectation().expectsAs(wanted)).isPresent()) {
      draft.add(new ExpectEvent.Relabelled(wanted));
      return draft.decided(new Outcome.Unchanged());
    }
    before.ifPresent(known -> draft.clear(known.open()));
    draft.add(new ExpectEvent.Registered(register.id(), wanted, draft.at()));
    return draft.decided(before.isPresent() ? new Outcome.Replaced() : new Outcome.Created());
  }

  // Whatever the wake-up was for, what is due by now is looked at.
  private static ExpectDecision woken(Draft draft) {
    if (draft.known().isEmpty()) {
      return draft.decided(new Outcome.Unknown());
    }
    ExpectState state = draft.state();
    boolean come = state.wakeAt().filter(wake -> !wake.isAfter(draft.at())).isPresent();
    if (come && (!state.isExpected() || state.isDone())) {
      return draft.forgotten();
    }
    if (come) {
      Flag.Reason reason =
          state.expectation().isOnce() ? Flag.Reason.OVERDUE : Flag.Reason.SCHEDULE_MISSED;
      draft.flag(reason, state.due(), "");
    }
    return draft.decided(new Outcome.Unchanged());
  }

  private static ExpectDecision reported(Draft draft, ExpectInput.Reported input) {
    ExpectState state = draft.state();
    Instant happened = input.at().isAfter(draft.at()) ? draft.at() : input.at();
    Counting counting = Counting.of(state, input.status(), happened);
    Report report =
        new Report(
            input.id(),
            happened,
            input.status(),
            input.message(),
            counting.verdict(),
            counting.due());
    draft.add(new ExpectEvent.Reported(report, counting.nextDue()));
    boolean stillLate =
        draft.state().limit().filter(limit -> !limit.isAfter(draft.at())).isPresent();
    if (report.counts() && !stillLate) {
      draft.clear(state.open(false).stream().toList());
    }
    boolean says = report.counts() || report.verdict() == Verdict.EARLY;
    if (says && input.status() == Status.SUCCEEDED) {
      draft.clear(state.open(true).stream().toList());
    }
    if (says && input.status() == Status.FAILED && state.open(true).isEmpty()) {
      draft.flag(Flag.Reason.REPORTED_FAILED, counting.due(), input.message());
    }
    return draft.decided(new Outcome.Kept(report));
  }

  /** A decision in the making. One thread only. */
  private static final class Draft {
    private final Optional<ExpectState> known;
    private final String cause;
    private final Instant at;
    private final List<ExpectEvent> changes = new ArrayList<>();
    private Optional<ExpectState> state;

    Draft(Optional<ExpectState> known, String cause, Instant at) {
      this.known = known;
      this.cause = cause;
      this.at = at;
      this.state = known;
    }

    Optional<ExpectState> known() {
      return known;
    }

    Instant at() {
      return at;
    }

    ExpectState state() {
      return state.orElseThrow();
    }

    void add(ExpectEvent event) {
      changes.add(event);
      state = Optional.of(ExpectState.apply(state, event));
    }

    void clear(List<Flag> flags) {
      flags.forEach(flag -> add(new ExpectEvent.Cleared(flag, at, cause)));
    }

    void flag(Flag.Reason reason, Instant due, String message) {
      add(new ExpectEvent.Flagged(new Flag(reason, due, message, at, null, cause, null)));
    }

    ExpectDecision decided(Outcome outcome) {
      if (state.isPresent()) {
        add(new ExpectEvent.Decided(cause));
      }
      return new ExpectDecision(
          state,
          changes,
          state.map(now -> told(now, cause)).orElse(List.of()),
          state.flatMap(ExpectState::wakeAt),
          outcome);
    }

    ExpectDecision forgotten() {
      return new ExpectDecision(
          Optional.empty(), List.of(), List.of(), Optional.empty(), new Outcome.Unchanged());
    }
  }
}
