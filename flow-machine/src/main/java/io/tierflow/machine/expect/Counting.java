package io.tierflow.machine.expect;

import io.tierflow.flow.Schedule;
import io.tierflow.flow.Timing;
import io.tierflow.machine.expect.Report.Status;
import io.tierflow.machine.expect.Report.Verdict;
import io.tierflow.machine.schedule.DueTimes;
import java.time.Duration;
import java.time.Instant;

/**
 * What a report counts for.
 *
 * @param due the due time; null for none
 * @param nextDue the due time that is awaited afterwards; null for none
 */
record Counting(Verdict verdict, Instant due, Instant nextDue) {

  /** How much before its due time the clock of the work may say that it is done. */
  private static final Duration AHEAD = Duration.ofMinutes(1);

  static Counting of(ExpectState state, Status status, Instant happened) {
    if (status == Status.STARTED) {
      return nothing(Verdict.NOTED, state);
    }
    if (state.isDone()) {
      return nothing(Verdict.DUPLICATE, state);
    }
    if (state.last() != null && happened.isBefore(state.last().at())) {
      return nothing(Verdict.STALE, state);
    }
    Expectation expected = state.expectation();
    if (expected.isOnce()) {
      Instant due = expected.due().orElseThrow();
      return new Counting(timely(due, happened, expected), due, null);
    }
    return expected.every().isPresent()
        ? interval(state, happened, expected.every().get())
        : scheduled(state, happened, expected.timing().orElseThrow());
  }

  private static Counting nothing(Verdict verdict, ExpectState state) {
    return new Counting(verdict, null, state.due());
  }

  // Counted from the last completion: so it does not matter at which minute of the hour it comes.
  private static Counting interval(ExpectState state, Instant happened, Duration interval) {
    Instant from = happened.isBefore(state.registeredAt()) ? state.registeredAt() : happened;
    return new Counting(
        timely(state.due(), happened, state.expectation()), state.due(), from.plus(interval));
  }

  private static Counting scheduled(ExpectState state, Instant happened, Timing timing) {
    Instant due = state.due();
    Duration gap = Duration.between(due, timing.next(due)).dividedBy(2);
    Duration ahead = gap.compareTo(AHEAD) < 0 ? gap : AHEAD;
    if (happened.isBefore(due.minus(ahead))) {
      return again(state, happened);
    }
    Instant newest =
        new DueTimes("", Schedule.of(timing)).lastCome(due.minusMillis(1), happened).orElse(due);
    return new Counting(timely(newest, happened, state.expectation()), newest, timing.next(newest));
  }

  // Whoever tries again after a failure does what was due then; else the work was done too soon.
  private static Counting again(ExpectState state, Instant happened) {
    Report last = state.last();
    return last != null && last.status() == Status.FAILED && last.due() != null
        ? new Counting(timely(last.due(), happened, state.expectation()), last.due(), state.due())
        : nothing(Verdict.EARLY, state);
  }

  private static Verdict timely(Instant due, Instant happened, Expectation expected) {
    return happened.isBefore(due.plus(expected.within())) ? Verdict.ON_TIME : Verdict.LATE;
  }
}
