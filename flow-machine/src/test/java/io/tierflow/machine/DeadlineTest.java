package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.builder.StageBuilder;
import io.tierflow.machine.schedule.ScheduledAt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlineTest {

  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void aHandedOverAttemptThatFallsSilentIsFollowedByTheNextAndItsLateReplyIsStale() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.startsHandedOver("p/a", SILENCE).after(SILENCE);
    assertThat(run.sent()).isEqualTo("p/a#2");
    assertThat(run.missing()).containsExactly("HEARTBEAT_LOST p/a");
    assertThat(run.stage("p/a").attempts().get(0).failure().message())
        .isEqualTo("no heartbeat of w for 10s");

    run.decide(run.success("p/a", 1, Content.json("\"late\"")));
    assertThat(run.outcome()).isEqualTo(Decision.Outcome.STALE);

    run.succeeds("p/a", "\"in time\"");
    assertThat(run.output()).isEqualTo("{\"p\":\"in time\"}");
    assertThat(run.record().stale()).isEqualTo(1);
    assertThat(run.missing()).isEmpty();
    assertThat(run.history("p/a"))
        .isEqualTo(
            "DISPATCHED#1 HANDED_OVER#1 HEARTBEAT_LOST#1 FAILED#1 DISPATCHED#2 STALE#1 SUCCEEDED#2"
                + " CLEARED");
  }

  @Test
  void theTimerOfAnAttemptThatACrashTookBackSaysNothing() {
    ARun run =
        ARun.aRunWith("[1]", p -> p.stage("e").handler("h").forEachElement(1, false))
            .startsHandedOver("p/e/0", SILENCE);
    run.entries.put(
        EntryKey.of(TaskKey.of("p", "e").element(0)), StageRecord.waiting(Content.json("1")));

    run.after(SILENCE);

    assertThat(run.outcome()).isEqualTo(Decision.Outcome.STALE);
  }

  @Test
  void heartbeatsKeepTheLease() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.startsHandedOver("p/a", SILENCE);
    for (int i = 0; i < 5; i++) {
      run.after(Duration.ofSeconds(6)).beats("p/a");
    }

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 HANDED_OVER#1");
    assertThat(run.stage("p/a").progress().fraction()).isEqualTo(0.5);
    run.after(SILENCE);
    assertThat(run.sent()).isEqualTo("p/a#2");
  }

  @Test
  void aTimerThatIsReadLateSaysNothingOfWhatWasHeardAfterIt() {
    ARun run = aRun(p -> p.stage("a").handler("h"));
    run.startsHandedOver("p/a", SILENCE).after(Duration.ofSeconds(6)).beats("p/a");

    // Its timer came at 10 s; that is decided at 17 s, by when 16 s have passed since it began.
    run.comesLate(Deadline.Kind.HEARTBEAT, Duration.ofSeconds(11));
    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 HANDED_OVER#1");

    run.after(Duration.ZERO);
    assertThat(run.sent()).isEqualTo("p/a#2");
  }

  @Test
  void aWorkerThatIsHeardOfAfterTheClockRanBackIsNotLost() {
    ARun run = aRun(p -> p.stage("a").handler("h"));
    run.startsHandedOver("p/a", SILENCE);

    run.now = run.now.minus(MINUTE);
    run.beats("p/a");
    run.comesLate(Deadline.Kind.HEARTBEAT, Duration.ZERO);

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 HANDED_OVER#1");
  }

  @Test
  void whatIsToldOfALostAttemptIsTheSameWhenItIsToldAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h"));
    run.startsHandedOver("p/a", SILENCE).after(SILENCE);
    Event told = failure(run);

    run.again();

    assertThat(failure(run)).isEqualTo(told);
    assertThat(((Event.TaskFailed) told).ending().worker()).isEqualTo("w");
  }

  @Test
  void anAttemptOnTheBrokersLockIsNeverGivenUpByTheRunner() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.starts("p/a").after(Duration.ofDays(1));

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 STARTED#1 NOT_PICKED_UP#1");
  }

  @Test
  void aWorkerThatComesBackFromTheBrokerTakesTheLeaseFromOneThatNeverAcceptedIt() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.startsHandedOver("p/a", SILENCE).starts("p/a").after(MINUTE);

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 HANDED_OVER#1 STARTED#1");
  }

  @Test
  void aLostWorkerStaysFlaggedUntilItsStageIsHeardOfAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE));

    run.startsHandedOver("p/a", SILENCE).after(SILENCE);
    assertThat(run.missing()).containsExactly("HEARTBEAT_LOST p/a");

    run.starts("p/a");
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aStageThatIsGivenUpIsNotMissingAnyMore() {
    ARun run = aRun(p -> p.stage("a").handler("h").notOn(FailureKind.WORKER_LOST));

    run.startsHandedOver("p/a", SILENCE).after(SILENCE);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.view().missing()).hasSize(1);
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aLostTaskWhoseNextAttemptComesTooLateIsNotMissingThoughItsRunGoesOn() {
    ARun run = besideB(stage -> stage.takesAtMost(MINUTE)).startsHandedOver("p/a", SILENCE);
    run.decide(new Input.Pause("p1")).after(SILENCE);
    assertThat(run.missing()).containsExactly("HEARTBEAT_LOST p/a");
    run.forgets(Deadline.Kind.CHECK);
    run.now = run.now.plus(MINUTE);
    run.decide(new Input.Resume("p2")).after(Duration.ZERO);

    assertThat(run.state("p/a")).isEqualTo(StageState.FAILED);
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void theFlagOfALostTaskThatACrashBroughtBackIsClearedByTheSameLook() {
    ARun run = besideB(stage -> stage.startsWithin(MINUTE).notOn(FailureKind.WORKER_LOST));
    run.after(MINUTE);
    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/a");
    RunEntry before = run.entries.get(EntryKey.MISSING).orElseThrow();
    run.checks(MINUTE, Duration.ofSeconds(90));
    assertThat(run.state("p/a")).isEqualTo(StageState.FAILED);
    assertThat(run.missing()).as("of the other one").containsExactly("NOT_PICKED_UP p/b");

    run.entries.put(EntryKey.MISSING, before);
    run.again();
    assertThat(run.missing()).doesNotContain("NOT_PICKED_UP p/a");
  }

  private static ARun besideB(Consumer<StageBuilder<?>> says) {
    return aRun(
        p ->
            p.parallel(
                both -> {
                  says.accept(both.stage("a").handler("h"));
                  both.stage("b").handler("h");
                }));
  }

  @Test
  void aTaskThatIsNotPickedUpIsFlaggedUntilItStarts() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE));

    run.after(MINUTE);
    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/a");
    assertThat(run.state("p/a")).isEqualTo(StageState.QUEUED);

    run.starts("p/a");
    assertThat(run.missing()).isEmpty();
    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 NOT_PICKED_UP#1 STARTED#1 CLEARED");
  }

  @Test
  void aTaskThatIsPutOffAgainAndAgainIsFlaggedOnceUntilItStarts() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE).attempts(2));
    run.fails("p/a", FailureKind.HANDLER_ERROR).after(Duration.ofSeconds(2));
    Failure later =
        new Failure(FailureKind.DEFERRED, "open", "", false, Optional.of(Duration.ofSeconds(2)));

    for (int i = 0; i < 100; i++) {
      run.fails("p/a", later);
      if (i < 29 || i > 31) {
        assertThat(run.missing().isEmpty()).as("after %s s", 2 * i).isEqualTo(i < 30);
      }
      run.after(Duration.ofSeconds(2));
    }

    assertThat(run.view().missing()).hasSize(1);
    run.starts("p/a");
    assertThat(run.missing()).isEmpty();
    run.fails("p/a", Failure.givenBack("its worker was stopped")).after(Duration.ofSeconds(30));
    assertThat(run.missing()).as("it was taken up").isEmpty();
  }

  @Test
  void aTaskThatAsksToBePutOffForLongIsNotFlagged() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE));
    Duration hour = Duration.ofHours(1);

    run.fails("p/a", new Failure(FailureKind.DEFERRED, "", "", false, Optional.of(hour)))
        .after(hour);

    assertThat(run.stage("p/a").current().orElseThrow().number()).isEqualTo(2);
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aTaskThatIsPickedUpInTimeIsNeverFlagged() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE));

    run.starts("p/a").after(MINUTE);

    assertThat(run.view().missing()).isEmpty();
  }

  @Test
  void aTaskIsFlaggedToTheMomentWhateverWasLookedAtBefore() {
    ARun run =
        aRun(
            p ->
                p.stage("a")
                    .handler("h")
                    .startsWithin(MINUTE)
                    .then()
                    .stage("b")
                    .handler("h")
                    .startsWithin(MINUTE));

    run.after(Duration.ofSeconds(50)).succeeds("p/a").after(Duration.ofSeconds(59));
    assertThat(run.missing()).isEmpty();
    run.after(Duration.ofSeconds(1));
    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/b");
  }

  @Test
  void whereTheFlowDoesNotSayATaskIsFlaggedAfterFiveMinutes() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    assertThat(run.after(Duration.ofMinutes(4)).missing()).isEmpty();
    assertThat(run.after(MINUTE).missing()).containsExactly("NOT_PICKED_UP p/a");
  }

  @Test
  void anElementThatIsNotPickedUpIsFlaggedByItsIndex() {
    ARun run =
        ARun.aRunWith(
            "[1,2]", p -> p.stage("e").handler("h").forEachElement().startsWithin(MINUTE));

    run.succeeds("p/e/0").after(MINUTE);

    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/e/1");
  }

  @Test
  void anAttemptThatNobodyStopsAtItsRunTimeoutIsOverdueUntilItEnds() {
    ARun run = aRun(p -> p.stage("a").handler("h").runsAtMost(MINUTE));

    run.starts("p/a").after(MINUTE.plusSeconds(9));
    assertThat(run.missing()).isEmpty();
    run.after(Duration.ofSeconds(1));
    assertThat(run.missing()).containsExactly("OVERDUE p/a");
    run.succeeds("p/a");
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aStageThatTakesLongerThanItsTotalFailsWhateverItsAttemptDoesAndIsNotTriedAgain() {
    for (Consumer<ARun> meanwhile :
        List.<Consumer<ARun>>of(
            run -> {},
            run -> run.starts("p/a"),
            run -> run.startsHandedOver("p/a", Duration.ofHours(1)))) {
      ARun run = aRun(p -> p.stage("a").handler("h").attempts(9).takesAtMost(MINUTE));
      meanwhile.accept(run);

      run.after(MINUTE.minusMillis(1));
      assertThat(run.state()).isEqualTo(RunState.RUNNING);
      run.after(Duration.ofMillis(1));

      assertThat(run.state()).isEqualTo(RunState.FAILED);
      assertThat(run.stage("p/a").failure().kind()).isEqualTo(FailureKind.TIMED_OUT);
      assertThat(run.stage("p/a").failure().message()).contains("PT1M").contains("1 of 9");
      assertThat(run.missing()).isEmpty();
      run.decide(run.success("p/a", 1, Content.json("{}")));
      assertThat(run.outcome()).isEqualTo(Decision.Outcome.STALE);
    }
  }

  @Test
  void aTotalCoversAllAttemptsAndTheWaitsBetweenThem() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(9).jitter(0).takesAtMost(MINUTE));

    run.after(Duration.ofSeconds(50)).fails("p/a", FailureKind.HANDLER_ERROR);
    run.after(Duration.ofSeconds(9));
    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 FAILED#1 DISPATCHED#2");
    run.after(Duration.ofSeconds(1));

    assertThat(run.history("p/a")).endsWith("DISPATCHED#2 FAILED#2 FAILED");
    assertThat(run.stage("p/a").failure().message()).contains("2 of 9");
  }

  @Test
  void aRetryThatWouldComeAfterTheTotalIsNotWaitedFor() {
    ARun run =
        aRun(
            p ->
                p.stage("a")
                    .handler("h")
                    .attempts(9)
                    .backoff(MINUTE, MINUTE)
                    .jitter(0)
                    .takesAtMost(MINUTE));

    run.fails("p/a", FailureKind.HANDLER_ERROR);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.stage("p/a").failure().kind()).isEqualTo(FailureKind.HANDLER_ERROR);
    assertThat(run.stage("p/a").failure().message()).contains("not tried again").contains("PT1M");
    assertThat(run.wait(Deadline.Kind.RETRY)).isEmpty();
  }

  @Test
  void aRetryThatWaitsWhenTheTotalIsReachedIsNotSent() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(2).takesAtMost(MINUTE));

    run.decide(new Input.Pause("p1")).fails("p/a", FailureKind.HANDLER_ERROR).after(MINUTE);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 FAILED#1 FAILED");
  }

  @Test
  void eachElementHasATotalOfItsOwn() {
    ARun run =
        ARun.aRunWith(
            "[1,2]", p -> p.stage("e").handler("h").forEachElement(1, false).takesAtMost(MINUTE));

    run.after(Duration.ofSeconds(40)).succeeds("p/e/0").after(Duration.ofSeconds(59));
    assertThat(run.state("p/e/1")).isEqualTo(StageState.QUEUED);
    run.after(Duration.ofSeconds(1));

    assertThat(run.state("p/e/1")).isEqualTo(StageState.FAILED);
    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void aLookThatComesAgainAfterACrashGoesOnFromWhatItGaveUp() {
    ARun run =
        ARun.of(
            "{}",
            flow ->
                flow.pipeline("p", p -> p.stage("a").handler("h").takesAtMost(MINUTE))
                    .pipeline("q", p -> p.stage("b").handler("h")));
    RunEntry before = run.entries.get(EntryKey.of("p")).orElseThrow();
    run.after(MINUTE);
    assertThat(run.state("p/a")).isEqualTo(StageState.FAILED);

    run.entries.put(EntryKey.of("p"), before);
    run.again();

    assertThat(run.entries.get(EntryKey.of("p")).map(p -> ((PipelineRecord) p).state()))
        .contains(PipelineState.FAILED);
  }

  @Test
  void whatAWorkerWhoseClockIsBehindBeginsIsNotFlaggedBeforeItsTime() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(SILENCE).runsAtMost(MINUTE));
    Instant behind = run.now.minus(Duration.ofMinutes(5));
    run.decide(new Input.Started(TaskKey.of("p", "a"), 1, "w", behind, Optional.empty()));

    run.after(MINUTE);
    assertThat(run.missing()).isEmpty();
    run.after(Checks.STOPPING);
    assertThat(run.missing()).containsExactly("OVERDUE p/a");
  }

  @Test
  void aTaskThatItsTopicNoLongerHasIsFollowedByTheNextAttempt() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.checks(Duration.ofMinutes(5), Duration.ofMinutes(1));

    assertThat(run.sent()).isEqualTo("p/a#2");
    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/a");
    run.decide(run.success("p/a", 1, Content.json("\"late\"")));
    assertThat(run.outcome()).isEqualTo(Decision.Outcome.STALE);
    run.starts("p/a");
    assertThat(run.missing()).isEmpty();
    assertThat(run.history("p/a"))
        .isEqualTo("DISPATCHED#1 NOT_PICKED_UP#1 FAILED#1 DISPATCHED#2 STALE#1 STARTED#2 CLEARED");
  }

  @Test
  void aTaskThatItsTopicStillHasIsLeftAlone() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.checks(Duration.ofMinutes(5), Duration.ofSeconds(5));

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 NOT_PICKED_UP#1");
  }

  @Test
  void aHandedOverTaskIsNotLookedForInItsTopic() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.startsHandedOver("p/a", Duration.ofHours(1))
        .checks(Duration.ofMinutes(5), Duration.ofMinutes(5));

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 HANDED_OVER#1");
  }

  @Test
  void aTaskThatIsLostAgainAndAgainIsGivenUp() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    for (int i = 0; i < Retries.LOST_WORKERS; i++) {
      run.checks(Duration.ofMinutes(5), Duration.ofMinutes(5).multipliedBy(i + 1));
    }

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.record().failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
    assertThat(run.view().missing()).as("flagged once for all its attempts").hasSize(1);
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aRepeatedLookTellsAgainWhatItFlaggedAndGaveUp() {
    ARun run =
        ARun.of(
            "{}",
            flow ->
                flow.pipeline("p", p -> p.stage("a").handler("h"))
                    .pipeline("q", p -> p.stage("b").handler("h").on("large")));
    run.checks(Duration.ofMinutes(5), Duration.ofMinutes(1));
    String flagged = run.history("q/b");
    assertThat(flagged).isEqualTo("DISPATCHED#1 NOT_PICKED_UP#1");

    run.again();

    assertThat(run.outcome()).isEqualTo(Decision.Outcome.REPEATED);
    assertThat(run.sent()).isEqualTo("p/a#2");
    assertThat(run.history("q/b")).isEqualTo(flagged + " NOT_PICKED_UP#1");
    assertThat(run.history("p/a"))
        .isEqualTo(
            "DISPATCHED#1 NOT_PICKED_UP#1 FAILED#1 DISPATCHED#2"
                + " NOT_PICKED_UP#1 FAILED#1 DISPATCHED#2");
  }

  @Test
  void aRepeatedStartTellsAgainThatItClearedAFlag() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE)).after(MINUTE);

    run.starts("p/a").again();

    assertThat(run.history("p/a"))
        .isEqualTo("DISPATCHED#1 NOT_PICKED_UP#1 STARTED#1 CLEARED CLEARED STARTED#1");
  }

  @Test
  void aStartThatComesAgainAfterItsHandOverTellsAgainThatItClearedAFlag() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE)).after(MINUTE);

    run.starts("p/a").startsHandedOver("p/a", SILENCE).starts("p/a");

    assertThat(run.history("p/a"))
        .startsWith("DISPATCHED#1 NOT_PICKED_UP#1 STARTED#1 CLEARED HANDED_OVER#1 CLEARED");
  }

  @Test
  void aHandOverClearsNothingThatTheStartHasCleared() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE)).after(MINUTE);

    run.starts("p/a").startsHandedOver("p/a", SILENCE);

    assertThat(run.history("p/a"))
        .isEqualTo("DISPATCHED#1 NOT_PICKED_UP#1 STARTED#1 CLEARED HANDED_OVER#1");
  }

  @Test
  void aRepeatedReplyTellsAgainThatItClearedAFlag() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE)).after(MINUTE);

    run.succeeds("p/a").again();

    assertThat(run.history("p/a"))
        .isEqualTo("DISPATCHED#1 NOT_PICKED_UP#1 SUCCEEDED#1 CLEARED SUCCEEDED#1 CLEARED");
  }

  @Test
  void aRunThatIsOverdueIsFlaggedAndGoesOn() {
    ARun run =
        ARun.of("{}", flow -> flow.deadline(MINUTE).pipeline("p", p -> p.stage("a").handler("h")));

    run.after(MINUTE);
    assertThat(run.missing()).containsExactly("RUN_OVERDUE");
    assertThat(run.state()).isEqualTo(RunState.RUNNING);

    run.succeeds("p/a");
    assertThat(run.missing()).isEmpty();
    assertThat(run.history())
        .isEqualTo("SUBMITTED p:STARTED RUN_OVERDUE p:SUCCEEDED CLEARED SUCCEEDED");
  }

  @Test
  void aScheduledRunThatHasNotEndedInTimeAfterItsDueTimeIsFlagged() {
    Instant due = Instant.EPOCH.minusSeconds(20);
    ARun run = scheduled(ScheduledAt.labels(due));

    run.after(Duration.ofSeconds(39));
    assertThat(run.missing()).isEmpty();
    run.after(Duration.ofSeconds(1));
    assertThat(run.missing()).containsExactly("SCHEDULE_MISSED");
    run.again();
    assertThat(run.missing()).containsExactly("SCHEDULE_MISSED");

    run.succeeds("p/a");
    assertThat(run.missing()).isEmpty();
    assertThat(run.wait(Deadline.Kind.SCHEDULE)).isEmpty();
  }

  @Test
  void aScheduledRunThatEndsInTimeForgetsItsDeadline() {
    ARun run = scheduled(ScheduledAt.labels(Instant.EPOCH));
    assertThat(run.wait(Deadline.Kind.SCHEDULE)).contains(MINUTE);
    run.succeeds("p/a");
    assertThat(run.wait(Deadline.Kind.SCHEDULE)).isEmpty();
  }

  @Test
  void aRunThatNoScheduleStartedIsNotHeldToIt() {
    assertThat(scheduled(Map.of()).wait(Deadline.Kind.SCHEDULE)).isEmpty();
    assertThat(scheduled(Map.of(ScheduledAt.LABEL, "soon")).wait(Deadline.Kind.SCHEDULE)).isEmpty();
    ARun failed =
        scheduled(ScheduledAt.labels(Instant.EPOCH)).fails("p/a", FailureKind.INVALID_INPUT);
    assertThat(failed.replayed().wait(Deadline.Kind.SCHEDULE)).isEmpty();
  }

  private static ARun scheduled(Map<String, String> labels) {
    return ARun.of(
        labels,
        "{}",
        flow ->
            flow.every(MINUTE, kept -> kept.completeWithin(MINUTE))
                .pipeline("p", p -> p.stage("a").handler("h")));
  }

  @Test
  void aRunThatEndsInTimeForgetsItsDeadline() {
    ARun run =
        ARun.of("{}", flow -> flow.deadline(MINUTE).pipeline("p", p -> p.stage("a").handler("h")));

    run.succeeds("p/a");

    assertThat(run.wait(Deadline.Kind.RUN)).isEmpty();
  }

  @Test
  void aCancelledRunMissesNothingAnyMore() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE));

    run.after(MINUTE).decide(new Input.Cancel("enough"));

    assertThat(run.view().missing()).hasSize(1);
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void whatHasBegunAndIsNeitherHandedOverNorEndedInTimeIsNotPickedUp() {
    ARun run = aRun(p -> p.stage("a").handler("h")).starts("p/a");

    run.after(Duration.ofMinutes(10));
    assertThat(run.missing()).containsExactly("NOT_PICKED_UP p/a");
    run.starts("p/a"); // another worker, when one is free
    assertThat(run.missing()).isEmpty();
    run.after(Duration.ofMinutes(10));
    assertThat(run.history("p/a"))
        .as("once for each worker that took it")
        .isEqualTo("DISPATCHED#1 STARTED#1 NOT_PICKED_UP#1 STARTED#1 CLEARED NOT_PICKED_UP#1");
  }

  @ParameterizedTest
  @CsvSource({
    ", , PT5M", // a minute, and 90 s for the lock: the first look there is
    "PT10M, , PT11M30S",
    "PT10M, PT7M, PT11M30S", // the worker's own word counts
    ", PT7M, PT8M30S",
    "PT0S, PT7M, PT5M",
  })
  void byWhenItIsHandedOverItsWorkerSaysBestAndElseItsFlow(
      Duration worker, Duration flow, Duration flagged) {
    ARun run =
        aRun(
            p -> {
              StageBuilder<?> stage = p.stage("a").handler("h");
              if (flow != null) {
                stage.handedOverAfter(flow);
              }
            });
    run.decide(
        new Input.Started(
            TaskKey.of("p", "a"), 1, "w", run.now, Optional.empty(), Optional.ofNullable(worker)));

    assertThat(run.after(flagged.minusMillis(1)).missing()).isEmpty();
    assertThat(run.after(Duration.ofMillis(1)).missing()).containsExactly("NOT_PICKED_UP p/a");
  }

  @Test
  void whatIsHandedOverInTimeIsNotMissed() {
    ARun run = aRun(p -> p.stage("a").handler("h")).starts("p/a");

    run.after(MINUTE).startsHandedOver("p/a", Duration.ofHours(1));

    assertThat(run.after(Duration.ofMinutes(10)).missing()).isEmpty();
  }

  private static Event failure(ARun run) {
    return run.lastEvents().stream()
        .filter(Event.TaskFailed.class::isInstance)
        .findFirst()
        .orElseThrow();
  }
}
