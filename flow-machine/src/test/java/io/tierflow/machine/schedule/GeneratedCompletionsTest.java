package io.tierflow.machine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.machine.schedule.CrashingScheduler.Command;
import io.tierflow.machine.schedule.CrashingScheduler.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Latest completions in random histories: of runs that fail, are left out, wait, and are late. */
class GeneratedCompletionsTest {

  private static final int HISTORIES = 1000;
  private static final int STEPS = 120;

  @Test
  void whateverIsLostAndRepeatedTheSameIsToldAsByDecidingEachInputOnce() {
    for (Trouble trouble : List.of(Trouble.NONE, Trouble.CHANGES)) {
      int crashes = 0;
      int told = 0;
      for (int seed = 0; seed < HISTORIES; seed++) {
        CrashingScheduler scheduler = play(seed, trouble);
        Set<ScheduleEvent> once = new HashSet<>();
        Optional<ScheduleState> state = Optional.empty();
        for (Command command : scheduler.log()) {
          ScheduleDecision decision = command.decide(state);
          decision.told().forEach(event -> once.add(CrashingScheduler.fixed(event)));
          state = decision.state();
        }
        String name = trouble + ", seed " + seed;
        assertThat(scheduler.told()).as(name).isEqualTo(once);
        assertThat(standing(scheduler.state())).as(name).isEqualTo(standing(state));
        crashes += scheduler.crashes();
        told += once.size();
      }
      assertThat(crashes).isGreaterThan(HISTORIES);
      assertThat(told).as("%s: told", trouble).isGreaterThan(HISTORIES / 2);
    }
  }

  /** The words of the documentation, as a program that knows all due times and all ends. */
  @Test
  void whateverIsNotDoneByItsLatestCompletionIsMissedUntilItOrALaterOneIsDone() {
    Set<Undone> why = new HashSet<>();
    for (Trouble trouble : List.of(Trouble.NONE, Trouble.CLOCK)) {
      for (int seed = 0; seed < HISTORIES; seed++) {
        CrashingScheduler scheduler = play(seed, trouble);
        Optional<Duration> within = scheduler.times().orElseThrow().within();
        if (within.isPresent()) {
          Expected expected = new Expected(scheduler.times().orElseThrow(), within.get());
          expected.follow(scheduler.log(), trouble + ", seed " + seed);
          why.addAll(expected.why);
        }
      }
    }
    // What waits hardly ever raises a flag, since what it waits for is late before it.
    assertThat(why)
        .contains(Undone.RUNNING, Undone.FAILED, Undone.CANCELLED, Undone.OVERLAP, Undone.CATCH_UP);
  }

  @Test
  void nothingStandsWhereNothingIsWatchedAndTheNextJudgementIsNeverPast() {
    for (int seed = 0; seed < HISTORIES; seed++) {
      CrashingScheduler scheduler = play(seed, Trouble.CHANGES);
      String name = "seed " + seed;
      Optional<DueTimes> watched = scheduler.times().filter(due -> due.within().isPresent());
      ScheduleState state = scheduler.state().orElseThrow();
      if (watched.isEmpty()) {
        assertThat(state.watched().standing()).as(name).isEmpty();
        assertThat(state.watched().lacking()).as(name).isEmpty();
      } else {
        assertThat(Watch.next(state, watched.get()).orElse(Instant.MAX))
            .as(name)
            .isAfter(scheduler.now());
      }
      assertThat(state.watched().missed().stream().filter(Missed::isOpen).count())
          .as(name)
          .isLessThan(2);
    }
  }

  private static CrashingScheduler play(int seed, Trouble trouble) {
    CrashingScheduler scheduler = new CrashingScheduler(seed, trouble);
    scheduler.play(STEPS);
    scheduler.settle();
    return scheduler;
  }

  private static Optional<Missed> standing(Optional<ScheduleState> state) {
    return state.map(ScheduleState::watched).flatMap(Watched::standing);
  }

  /** What is expected of a schedule that nobody changes. */
  private static final class Expected {
    private final DueTimes times;
    private final Duration within;
    private final Set<Instant> done = new HashSet<>();
    private final Set<Undone> why = new HashSet<>();
    private final Set<ScheduleEvent> seen = new HashSet<>();
    private Optional<ScheduleState> state = Optional.empty();
    private Instant judged;
    private Instant first; // of the flag that stands, else null
    private Instant last;

    Expected(DueTimes times, Duration within) {
      this.times = times;
      this.within = within;
    }

    void follow(List<Command> log, String name) {
      judged = log.get(0).at();
      for (Command command : log) {
        Optional<Instant> finished = state.flatMap(before -> finished(command, before));
        List<ScheduleEvent> told = new ArrayList<>(command.decide(state).told());
        told.removeIf(event -> !seen.add(CrashingScheduler.fixed(event)));
        boolean repeated = state.filter(before -> isRepeated(command, before)).isPresent();
        state = command.decide(state).state();
        if (repeated) {
          continue;
        }
        boolean clears = first != null && finished.filter(due -> !due.isBefore(last)).isPresent();
        if (clears) {
          assertThat(told.remove(0)).as(name).isInstanceOf(ScheduleEvent.Cleared.class);
          first = null;
        }
        boolean raises = judge(command.at());
        assertThat(told).as(name).hasSize(raises ? 1 : 0);
        told.forEach(event -> why.add(event.flag().why()));
        Optional<Missed> stands = standing(state);
        assertThat(stands.map(Missed::due).orElse(null)).as(name).isEqualTo(first);
        assertThat(stands.map(Missed::last).orElse(null))
            .as(name)
            .isEqualTo(first == null ? null : last);
      }
    }

    // Whether a flag rises.
    private boolean judge(Instant at) {
      boolean stood = first != null;
      Instant end = at.minus(within);
      Instant dealtWith = state.orElseThrow().dealtWith();
      Instant due = times.next(judged);
      while (!due.isAfter(end) && !due.isAfter(dealtWith)) {
        if (!done.contains(due)) {
          first = first == null ? due : first;
          last = due;
        }
        judged = due;
        due = times.next(due);
      }
      return !stood && first != null;
    }

    private static boolean isRepeated(Command command, ScheduleState before) {
      return command.input() instanceof ScheduleInput.Ended ended
          ? !before.isOpen(ended.due())
          : command.input() instanceof ScheduleInput.MadeUp
              && before.watched().decided().contains(command.input().cause());
    }

    private Optional<Instant> finished(Command command, ScheduleState before) {
      if (isRepeated(command, before)) {
        return Optional.empty();
      }
      if (command.input() instanceof ScheduleInput.Ended ended) {
        if (ended.undone().isEmpty()) {
          done.add(ended.due());
          return Optional.of(ended.due());
        }
        return Optional.empty();
      }
      if (command.input() instanceof ScheduleInput.MadeUp madeUp) {
        boolean underWay = before.isOpen(madeUp.due()) || before.waiting().contains(madeUp.due());
        if (!underWay) {
          done.add(madeUp.due()); // else its own run counts
        }
        return Optional.of(madeUp.due());
      }
      return Optional.empty();
    }
  }
}
