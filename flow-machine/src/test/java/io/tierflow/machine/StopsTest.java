package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.FailureKind;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StopsTest {

  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final String NOTHING = "";

  private static ARun twoInParallel() {
    return aRun(
        p -> p.parallel(both -> both.stage("a").handler("h").and().stage("b").handler("h")));
  }

  @Test
  void aCancelledRunStopsWhatIsOutOnceAndAgainWhenTheCommandIsRepeated() {
    ARun run = aRun(p -> p.stage("a").handler("h")).starts("p/a");

    assertThat(run.decide(new Input.Cancel("enough")).stops()).isEqualTo("run RUN_ENDED");
    assertThat(run.again().stops()).isEqualTo("run RUN_ENDED");
  }

  @Test
  void aCancelledRunStopsWhatNobodyHasTakenYet() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    assertThat(run.decide(new Input.Cancel("")).stops()).isEqualTo("run RUN_ENDED");
  }

  @Test
  void aCancelledRunThatOnlyWaitsForARetryStopsNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(2));

    run.fails("p/a", FailureKind.HANDLER_ERROR).decide(new Input.Cancel(""));

    assertThat(run.stops()).isEqualTo(NOTHING);
  }

  @Test
  void aRunThatSucceedsOrFailsByItsOwnStopsNothing() {
    ARun good = aRun(p -> p.stage("a").handler("h").attempts(2));
    assertThat(good.stops()).isEqualTo(NOTHING);
    assertThat(good.starts("p/a").stops()).isEqualTo(NOTHING);
    assertThat(good.fails("p/a", FailureKind.HANDLER_ERROR).stops()).isEqualTo(NOTHING);
    assertThat(good.after(Duration.ofSeconds(1)).succeeds("p/a").stops()).isEqualTo(NOTHING);
    assertThat(good.again().stops()).isEqualTo(NOTHING);

    ARun bad = aRun(p -> p.stage("a").handler("h"));
    assertThat(bad.fails("p/a", FailureKind.HANDLER_ERROR).stops()).isEqualTo(NOTHING);
    assertThat(bad.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void aFailedStageLetsThoseBesideItEndByThemselves() {
    ARun run = twoInParallel().starts("p/b");

    assertThat(run.fails("p/a", FailureKind.HANDLER_ERROR).stops()).isEqualTo(NOTHING);
  }

  @Test
  void aForEachThatFailsAtOnceStopsItsOtherElements() {
    ARun run =
        ARun.of(
            "[1,2,3]",
            flow ->
                flow.pipeline("p", p -> p.stage("e").handler("h").forEachElement(3, true))
                    .pipeline("q", p -> p.stage("a").handler("h")));

    run.fails("p/e/1", FailureKind.INVALID_INPUT);

    assertThat(run.stops()).isEqualTo("p/e STAGE_ENDED");
    assertThat(run.again().stops()).isEqualTo("p/e STAGE_ENDED");
  }

  @Test
  void aRunThatFailsWithElementsOutStopsThemAll() {
    ARun run = aRunWith("[1,2,3]", p -> p.stage("e").handler("h").forEachElement(3, true));

    assertThat(run.fails("p/e/1", FailureKind.INVALID_INPUT).stops()).isEqualTo("run RUN_ENDED");
    assertThat(run.again().stops()).isEqualTo("run RUN_ENDED");
  }

  @Test
  void aForEachWhoseLastElementFailsStopsNothing() {
    ARun run = aRunWith("[1]", p -> p.stage("e").handler("h").forEachElement(3, true));

    assertThat(run.fails("p/e/0", FailureKind.INVALID_INPUT).stops()).isEqualTo(NOTHING);
  }

  @Test
  void aLostHeartbeatStopsTheAttemptThatIsGivenUp() {
    ARun run = aRun(p -> p.stage("a").handler("h")).startsHandedOver("p/a", SILENCE);

    run.after(SILENCE);

    assertThat(run.sent()).isEqualTo("p/a#2");
    assertThat(run.stops()).isEqualTo("p/a#1 SUPERSEDED");
    assertThat(run.again().stops()).isEqualTo("p/a#1 SUPERSEDED");
  }

  @Test
  void aLostHeartbeatOfAPausedRunStopsItsAttemptToo() {
    ARun run = aRun(p -> p.stage("a").handler("h")).startsHandedOver("p/a", SILENCE);

    run.decide(new Input.Pause("1"));
    run.now = run.now.plus(SILENCE);
    run.decide(
        new Input.DeadlineReached(
            new Deadline(Deadline.Kind.HEARTBEAT, TaskKey.of("p", "a"), 1, run.now)));

    assertThat(run.state("p/a")).isEqualTo(StageState.RETRYING);
    assertThat(run.stops()).isEqualTo("p/a#1 SUPERSEDED");
    assertThat(run.again().stops()).isEqualTo("p/a#1 SUPERSEDED");
  }

  @Test
  void anElementsLostHeartbeatStopsThatElementOnly() {
    ARun run = aRunWith("[1,2]", p -> p.stage("e").handler("h").forEachElement(2, true));

    run.startsHandedOver("p/e/1", SILENCE).after(SILENCE);

    assertThat(run.stops()).isEqualTo("p/e/1#1 SUPERSEDED");
    assertThat(run.again().stops()).isEqualTo("p/e/1#1 SUPERSEDED");
  }

  @Test
  void aTaskThatItsTopicHasLostIsStoppedShouldItTurnUp() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.checks(Duration.ofMinutes(5), Duration.ofMinutes(4));

    assertThat(run.sent()).isEqualTo("p/a#2");
    assertThat(run.stops()).isEqualTo("p/a#1 SUPERSEDED");
    assertThat(run.again().stops()).isEqualTo("p/a#1 SUPERSEDED");
  }

  @Test
  void aWorkersOwnWordOfALostTaskStopsNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    assertThat(run.fails("p/a", FailureKind.WORKER_LOST).stops()).isEqualTo(NOTHING);
  }

  @Test
  void aWorkerThatStillWorksOnWhatDoesNotCountIsToldAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h")).startsHandedOver("p/a", SILENCE).after(SILENCE);
    TaskKey a = TaskKey.of("p", "a");

    run.decide(new Input.Heartbeat(a, 1, "w", 0.5, "half"));
    assertThat(run.stops()).isEqualTo("p/a#1 SUPERSEDED");

    run.succeeds("p/a").decide(new Input.Started(a, 2, "other", run.now, Optional.empty()));
    assertThat(run.stops()).isEqualTo("p/a#2 SUPERSEDED");
  }

  @Test
  void aWordThatItsOwnEndHasOvertakenStopsNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h")).succeeds("p/a");

    run.decide(new Input.Started(TaskKey.of("p", "a"), 1, "w", run.now, Optional.empty()));

    assertThat(run.outcome()).isEqualTo(Decision.Outcome.STALE);
    assertThat(run.stops()).isEqualTo(NOTHING);
  }

  @Test
  void aWordOfAnAttemptThatACrashMadeHeldStopsNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"));
    run.entries.pause(Set.of(), Set.of("small"));
    run.succeeds("p/a").starts("p/b");

    assertThat(run.outcome()).isEqualTo(Decision.Outcome.STALE);
    assertThat(run.stops()).as("it is sent by this number when it goes on").isEqualTo(NOTHING);
    assertThat(run.beats("p/b").stops()).isEqualTo(NOTHING);
  }

  @Test
  void aWordOfAnAttemptThatWasNeverSentStopsNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.decide(new Input.Heartbeat(TaskKey.of("p", "a"), 7, "w", null, null));

    assertThat(run.stops()).isEqualTo(NOTHING);
  }
}
