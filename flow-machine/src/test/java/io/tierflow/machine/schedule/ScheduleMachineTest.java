package io.tierflow.machine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Cron;
import io.tierflow.flow.Every;
import io.tierflow.flow.Schedule;
import io.tierflow.flow.Schedule.CatchUp;
import io.tierflow.flow.Schedule.Overlap;
import io.tierflow.flow.Timing;
import io.tierflow.machine.schedule.ScheduleDecision.LeftOut;
import io.tierflow.machine.schedule.ScheduleDecision.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One schedule, every ten minutes, from 00:00 of a day on. */
class ScheduleMachineTest {

  private static final Timing TEN_MINUTES = new Every(Duration.ofMinutes(10));

  private Optional<DueTimes> times = times(TEN_MINUTES, CatchUp.LAST, Overlap.ALLOW);
  private Optional<ScheduleState> state = Optional.empty();
  private ScheduleDecision last;
  private Instant next;
  private int applied;

  @Test
  void aNewScheduleIsWokenAtItsFirstDueTimeAndRunsIt() {
    apply("00:05");
    assertThat(last.submit()).isEmpty();
    assertThat(last.wakeAt()).contains(time("00:10"));
    assertThat(wake("00:10", "00:10")).isEqualTo("00:10");
    assertThat(last.wakeAt()).contains(time("00:20"));
  }

  @Test
  void beingWokenLateStillRunsTheDueTime() {
    apply("00:05");
    assertThat(wake("00:10", "00:17")).isEqualTo("00:10");
    assertThat(last.leftOut()).isEmpty();
  }

  @Test
  void aSecondWakingForTheSameDueTimeSubmitsTheSameRunUntilItHasEnded() {
    apply("00:05");
    wake("00:10", "00:10");
    assertThat(wake("00:10", "00:10")).isEqualTo("00:10");
    assertThat(last.wakeAt()).contains(time("00:20"));
    end("00:10");
    assertThat(wake("00:10", "00:11")).isEmpty();
  }

  @Test
  void afterDowntimeCatchUpLastRunsTheNewestAndSaysWhatItLeftOut() {
    apply("00:05");
    assertThat(wake("00:10", "00:35")).isEqualTo("00:30");
    assertThat(last.leftOut())
        .containsExactly(new LeftOut(Reason.CATCH_UP, time("00:10"), time("00:30")));
  }

  @Test
  void afterDowntimeCatchUpAllRunsAllInTheirOrder() {
    times = times(TEN_MINUTES, CatchUp.ALL, Overlap.ALLOW);
    apply("00:05");
    assertThat(wake("00:10", "00:35")).isEqualTo("00:10 00:20 00:30");
    assertThat(last.leftOut()).isEmpty();
  }

  @Test
  void catchUpAllGoesOnInPartsAfterALongDowntime() {
    times = times(new Every(Duration.ofMinutes(1)), CatchUp.ALL, Overlap.ALLOW);
    apply("00:00");
    assertThat(wake("00:01", "02:00").split(" ")).hasSize(50);
    assertThat(last.wakeAt()).as("at once").contains(time("00:51"));
    assertThat(wakeNext("02:00").split(" ")).hasSize(50).startsWith("00:51");
  }

  @Test
  void afterDowntimeCatchUpNoneRunsNothingThatIsLate() {
    times = times(TEN_MINUTES, CatchUp.NONE, Overlap.ALLOW);
    apply("00:05");
    assertThat(wake("00:10", "00:35")).isEmpty();
    assertThat(last.wakeAt()).contains(time("00:40"));
    assertThat(wake("00:40", "00:41")).as("a minute late is in time").isEqualTo("00:40");
  }

  @Test
  void overlapSkipLeavesOutWhatIsDueWhileARunIsOut() {
    times = times(TEN_MINUTES, CatchUp.LAST, Overlap.SKIP);
    apply("00:05");
    wake("00:10", "00:10");
    assertThat(wake("00:20", "00:20")).isEmpty();
    assertThat(last.leftOut()).extracting(LeftOut::reason).containsExactly(Reason.OVERLAP);
    assertThat(end("00:10")).isEmpty();
    assertThat(wake("00:30", "00:30")).isEqualTo("00:30");
  }

  @Test
  void overlapQueueRunsOneAfterTheOther() {
    times = times(TEN_MINUTES, CatchUp.LAST, Overlap.QUEUE);
    apply("00:05");
    wake("00:10", "00:10");
    assertThat(wake("00:20", "00:20")).isEmpty();
    assertThat(wake("00:30", "00:30")).isEmpty();
    assertThat(end("00:10")).isEqualTo("00:20");
    assertThat(end("00:10")).as("the same end again").isEqualTo("00:20");
    assertThat(end("00:20")).isEqualTo("00:30");
    assertThat(end("00:30")).isEmpty();
  }

  @Test
  void overlapQueueKeepsAHundredAndSaysWhatItLeftOut() {
    times = times(new Every(Duration.ofMinutes(1)), CatchUp.ALL, Overlap.QUEUE);
    apply("00:00");
    for (int i = 0; i < 3; i++) {
      wakeNext("02:00");
    }
    assertThat(state.orElseThrow().waiting()).hasSize(100);
    assertThat(last.leftOut())
        .containsExactly(new LeftOut(Reason.OVERLAP, time("01:42"), time("02:00").plusMillis(1)));
  }

  @Test
  void overlapAllowHasTwoHundredRunsOutAndGoesOnWhenOneEnds() {
    times = times(new Every(Duration.ofSeconds(1)), CatchUp.ALL, Overlap.ALLOW);
    apply("00:00");
    for (int i = 0; i < 5; i++) {
      wakeNext("02:00");
    }
    assertThat(state.orElseThrow().open()).hasSize(200);
    assertThat(last.wakeAt()).contains(time("00:00").plusSeconds(201));
    decide(new ScheduleInput.Ended(time("00:00").plusSeconds(7), Optional.empty()), time("02:00"));
    assertThat(wakeNext("02:00")).isEqualTo("00:03:21");
  }

  @Test
  void otherDueTimesArePlannedFromThenOn() {
    apply("00:05");
    times = times(new Every(Duration.ofMinutes(1)), CatchUp.ALL, Overlap.ALLOW);
    apply("05:00");
    assertThat(last.wakeAt()).contains(time("05:01"));
    assertThat(wake("00:10", "05:00")).as("the old plan's moment").isEmpty();
    assertThat(wake("05:01", "05:01")).isEqualTo("05:01");
  }

  @Test
  void theSameDueTimesGoOnWhereTheyWere() {
    times = times(TEN_MINUTES, CatchUp.LAST, Overlap.ALLOW);
    apply("00:05");
    times = times(TEN_MINUTES, CatchUp.ALL, Overlap.ALLOW);
    apply("00:25");
    assertThat(last.wakeAt()).contains(time("00:10"));
    assertThat(wake("00:10", "00:25")).isEqualTo("00:10 00:20");
  }

  @Test
  void whatWaitsWhenOtherDueTimesArePlannedIsSaidToBeLeftOut() {
    times = times(TEN_MINUTES, CatchUp.LAST, Overlap.QUEUE);
    apply("00:05");
    wake("00:10", "00:10");
    wake("00:20", "00:20");
    times = times(new Every(Duration.ofMinutes(1)), CatchUp.LAST, Overlap.QUEUE);
    apply("00:25");
    assertThat(last.leftOut())
        .containsExactly(new LeftOut(Reason.REPLANNED, time("00:20"), time("00:20").plusMillis(1)));
    assertThat(end("00:10")).isEmpty();
  }

  @Test
  void applyingThatComesAgainAfterALaterOneKeepsToTheLaterOne() {
    Optional<DueTimes> before = times;
    apply("00:05");
    times = times(new Every(Duration.ofMinutes(1)), CatchUp.LAST, Overlap.ALLOW);
    apply("00:06");
    wake("00:07", "00:07");
    Optional<DueTimes> after = times;
    times = before;
    decide(new ScheduleInput.Applied("1"), time("00:05"));
    times = after;
    assertThat(wake("00:07", "00:08")).as("submitted again, as any repetition").isEqualTo("00:07");
    assertThat(last.wakeAt()).contains(time("00:08"));
  }

  @Test
  void whatWaitsPastItsLatestCompletionIsMissedUntilItIsDone() {
    times = within(Duration.ofMinutes(5), Overlap.QUEUE);
    apply("00:05");
    wake("00:10", "00:10");
    wakeNext("00:15");
    assertThat(missed()).isEqualTo("00:10 RUNNING to 00:10");
    wakeNext("00:20");
    decide(new ScheduleInput.MadeUp(time("00:10"), "by hand"), time("00:21"));
    assertThat(missed()).isEmpty();
    wakeNext("00:25");
    assertThat(missed()).isEqualTo("00:20 WAITING to 00:20");
    assertThat(end("00:10")).isEqualTo("00:20");
    assertThat(missed()).as("an earlier one does not clear it").isNotEmpty();
  }

  @Test
  void whatWaitedWhenOtherDueTimesWerePlannedIsMissedAtItsLatestCompletion() {
    times = within(Duration.ofMinutes(15), Overlap.QUEUE);
    apply("00:05");
    wake("00:10", "00:10");
    wake("00:20", "00:20");
    times =
        Optional.of(
            new DueTimes(
                "f",
                new Schedule(
                    new Every(Duration.ofHours(1)),
                    CatchUp.LAST,
                    Overlap.QUEUE,
                    Duration.ZERO,
                    Schedule.of(TEN_MINUTES).input(),
                    Optional.of(Duration.ofMinutes(15)))));
    apply("00:21");
    decide(new ScheduleInput.Ended(time("00:10"), Optional.empty()), time("00:22"));
    assertThat(last.wakeAt()).as("the timer that was set before").isEmpty();
    assertThat(next).isEqualTo(time("00:25"));
    wakeNext("00:25");
    assertThat(missed()).isEmpty();
    wakeNext("00:35");
    assertThat(missed()).isEqualTo("00:20 REPLANNED to 00:20");
  }

  @Test
  void tooManyGapsAreMissedBeforeTheirTimeRatherThanNever() {
    times = within(Duration.ofDays(30), Overlap.ALLOW);
    apply("00:05");
    for (int i = 0; i <= 2 * Watched.MAX_LACKING; i++) {
      Instant due = next;
      decide(new ScheduleInput.Woken(due), due);
      Optional<Undone> undone = i % 2 == 0 ? Optional.of(Undone.FAILED) : Optional.empty();
      assertThat(missed()).isEmpty();
      decide(new ScheduleInput.Ended(due, undone), due);
    }
    assertThat(state.orElseThrow().watched().lacking()).hasSize(Watched.MAX_LACKING);
    assertThat(missed()).isEqualTo("00:10 FAILED to 00:10");
  }

  private String missed() {
    return state
        .flatMap(known -> known.watched().standing())
        .map(flag -> clock(flag.due()) + " " + flag.why() + " to " + clock(flag.last()))
        .orElse("");
  }

  private static Optional<DueTimes> within(Duration within, Overlap overlap) {
    Schedule base = Schedule.of(TEN_MINUTES);
    return Optional.of(
        new DueTimes(
            "f",
            new Schedule(
                TEN_MINUTES,
                CatchUp.LAST,
                overlap,
                Duration.ZERO,
                base.input(),
                Optional.of(within))));
  }

  @Test
  void withoutAScheduleNothingRunsAnyMore() {
    apply("00:05");
    times = Optional.empty();
    apply("00:07");
    assertThat(wake("00:10", "00:10")).isEmpty();
    assertThat(last.wakeAt()).isEmpty();
  }

  @Test
  void aFlowThatNeverHadAScheduleKeepsNothing() {
    times = Optional.empty();
    apply("00:05");
    assertThat(state).isEmpty();
  }

  @Test
  void aClockThatRunsBackRunsNothingTwiceAndWaits() {
    apply("00:05");
    wake("00:10", "00:30");
    assertThat(wake("00:40", "00:12")).isEmpty();
    assertThat(last.wakeAt()).contains(time("00:40"));
  }

  @Test
  void applyingAgainEndsTheSilenceAfterAClockWasDaysAhead() {
    apply("00:05");
    decide(new ScheduleInput.Woken(time("00:10")), time("00:30").plus(Duration.ofDays(2)));
    apply("00:12");
    assertThat(last.wakeAt()).contains(time("00:20"));
  }

  @Test
  void applyingThatComesAgainAfterACrashPlansNothingAnew() {
    apply("00:05");
    wake("00:10", "00:10");
    decide(new ScheduleInput.Applied("1"), time("00:05"));
    assertThat(last.wakeAt()).contains(time("00:20"));
  }

  @Test
  void aDailyRunComesOnceOnTheDaysWhenTheClocksChange() {
    times = times(Cron.parse("30 2 * * *", ZoneId.of("Europe/Berlin")), CatchUp.ALL, Overlap.ALLOW);
    state = Optional.empty();
    decide(applied(), Instant.parse("2026-03-28T00:00:00Z"));
    decide(new ScheduleInput.Woken(next), Instant.parse("2026-04-01T00:00:00Z"));
    assertThat(last.submit()).hasSize(4);
  }

  private void apply(String at) {
    decide(applied(), time(at));
  }

  private ScheduleInput applied() {
    return new ScheduleInput.Applied(String.valueOf(++applied));
  }

  private String wake(String wakeAt, String at) {
    return decide(new ScheduleInput.Woken(time(wakeAt)), time(at));
  }

  private String wakeNext(String at) {
    return decide(new ScheduleInput.Woken(next), time(at));
  }

  private String end(String due) {
    return decide(new ScheduleInput.Ended(time(due), Optional.empty()), time("23:00"));
  }

  private String decide(ScheduleInput input, Instant at) {
    last = ScheduleMachine.decide(state, times, 1, input, at);
    state = last.state();
    next = last.wakeAt().orElse(next);
    return last.submit().stream().map(run -> clock(run.due())).collect(Collectors.joining(" "));
  }

  private static String clock(Instant at) {
    return LocalTime.ofInstant(at, ZoneOffset.UTC).toString();
  }

  private static Instant time(String clock) {
    return LocalTime.parse(clock).atDate(LocalDate.of(2026, 1, 1)).toInstant(ZoneOffset.UTC);
  }

  private static Optional<DueTimes> times(Timing timing, CatchUp catchUp, Overlap overlap) {
    Schedule base = Schedule.of(timing);
    return Optional.of(
        new DueTimes(
            "f",
            new Schedule(
                timing, catchUp, overlap, Duration.ZERO, base.input(), base.completeWithin())));
  }
}
