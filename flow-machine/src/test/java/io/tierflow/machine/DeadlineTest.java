package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.FailureKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void aHandedOverAttemptThatFallsSilentIsFollowedByTheNextAndItsLateReplyIsStale() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.startsHandedOver("p/a", SILENCE).after(SILENCE);
    assertThat(run.sent()).isEqualTo("p/a#2");
    assertThat(run.missing()).containsExactly("HEARTBEAT_LOST p/a");

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
  void anAttemptOnTheBrokersLockIsNotWatchedByTheRunner() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.starts("p/a").after(Duration.ofDays(1));

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 STARTED#1");
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
  void aTaskThatIsPickedUpInTimeIsNeverFlagged() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE));

    run.starts("p/a").after(MINUTE);

    assertThat(run.view().missing()).isEmpty();
  }

  @Test
  void aShortTaskForgetsItsQueueDeadline() {
    ARun run = aRun(p -> p.stage("a").handler("h").startsWithin(MINUTE));

    run.succeeds("p/a");

    assertThat(run.wait(Deadline.Kind.QUEUE)).isEmpty();
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
}
