package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryTest {

  @Test
  void aFailedAttemptIsFollowedByAnotherAfterAWaitThatDoublesUpToItsLimit() {
    ARun run =
        aRun(
            p ->
                p.stage("a")
                    .handler("h")
                    .attempts(5)
                    .backoff(Duration.ofSeconds(1), Duration.ofSeconds(3))
                    .jitter(0));

    for (int seconds : new int[] {1, 2, 3, 3}) {
      run.fails("p/a", FailureKind.HANDLER_ERROR);
      assertThat(run.state("p/a")).isEqualTo(StageState.RETRYING);
      assertThat(run.sent()).isEmpty();
      assertThat(run.wait(Deadline.Kind.RETRY)).contains(Duration.ofSeconds(seconds));
      run.after(Duration.ofSeconds(seconds));
    }
    run.fails("p/a", FailureKind.HANDLER_ERROR);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.history("p/a")).endsWith("DISPATCHED#5 FAILED#5 FAILED");
  }

  @Test
  void aWaitOfZeroSendsTheNextAttemptAtOnce() {
    ARun run =
        aRun(p -> p.stage("a").handler("h").attempts(2).backoff(Duration.ZERO, Duration.ZERO));

    run.fails("p/a", FailureKind.HANDLER_ERROR);

    assertThat(run.sent()).isEqualTo("p/a#2");
  }

  @Test
  void aWaitThatDoesNotGrowStaysTheSame() {
    Duration second = Duration.ofSeconds(1);
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(4).backoff(second, second).jitter(0));

    for (int i = 0; i < 3; i++) {
      run.fails("p/a", FailureKind.HANDLER_ERROR);
      assertThat(run.wait(Deadline.Kind.RETRY)).contains(second);
      run.after(second);
    }
  }

  @Test
  void waitsAreShorterByUpToTheShareThatIsTheJitterAndTasksThatFailTogetherSpreadOverIt() {
    ARun run =
        ARun.aRunWith(
            IntStream.range(0, 200).boxed().toList().toString(),
            p ->
                p.stage("e")
                    .handler("h")
                    .forEachElement()
                    .attempts(2)
                    .backoff(Duration.ofSeconds(10), Duration.ofSeconds(10)));

    for (int i = 0; i < 200; i++) {
      run.fails("p/e/" + i, FailureKind.HANDLER_ERROR);
    }

    List<Long> waits =
        IntStream.range(0, 200)
            .mapToObj(i -> run.stage("p/e/" + i).retry().dueAt().toEpochMilli())
            .sorted()
            .toList();
    assertThat(waits.get(0)).isBetween(5000L, 5200L);
    assertThat(waits.get(100)).isBetween(7000L, 8000L);
    assertThat(waits.get(199)).isBetween(9800L, 10_000L);
  }

  @Test
  void theSameFailureOfTheSameAttemptWaitsAsLongWhoeverDecidesIt() {
    Instant due = failedOnce().stage("p/a").retry().dueAt();

    assertThat(due).isEqualTo(failedOnce().stage("p/a").retry().dueAt());
    assertThat(due).isNotEqualTo(Instant.EPOCH.plusSeconds(60));
  }

  private static ARun failedOnce() {
    Duration minute = Duration.ofMinutes(1);
    return aRun(p -> p.stage("a").handler("h").attempts(2).backoff(minute, minute))
        .fails("p/a", FailureKind.HANDLER_ERROR);
  }

  @Test
  void aHandlerThatAsksForMoreTimeGetsIt() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(2));

    run.fails(
        "p/a",
        new Failure(
            FailureKind.HANDLER_ERROR, "busy", "", false, Optional.of(Duration.ofMinutes(5))));

    assertThat(run.wait(Deadline.Kind.RETRY)).contains(Duration.ofMinutes(5));
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureKind.class,
      names = {"INVALID_INPUT", "UNKNOWN_HANDLER", "UNDECODABLE", "CANCELLED"})
  void whatCannotGetBetterIsNeverTriedAgain(FailureKind kind) {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(9));

    run.fails("p/a", kind);

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 FAILED#1 FAILED");
  }

  @Test
  void whatTheHandlerCallsPermanentIsNotTriedAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(9));

    run.fails("p/a", new Failure(FailureKind.HANDLER_ERROR, "no", "", true, Optional.empty()));

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 FAILED#1 FAILED");
  }

  @Test
  void theKindsThatAFlowNamesAreNotTriedAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(9).notOn(FailureKind.TIMED_OUT));

    run.fails("p/a", FailureKind.TIMED_OUT);

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 FAILED#1 FAILED");
  }

  @Test
  void aLostWorkerUsesNoneOfTheStagesAttempts() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(2));

    run.fails("p/a", FailureKind.WORKER_LOST);
    assertThat(run.sent()).isEqualTo("p/a#2");
    run.fails("p/a", FailureKind.HANDLER_ERROR).after(Duration.ofSeconds(1));
    assertThat(run.sent()).isEqualTo("p/a#3");
    run.fails("p/a", FailureKind.HANDLER_ERROR);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void aTaskThatLostItsWorkerIsSuspectFromThenOnAndNoOtherIs() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(3).then().stage("b").handler("h"));
    assertThat(run.suspect("p/a")).isFalse();

    run.fails("p/a", FailureKind.WORKER_LOST);
    assertThat(run.suspect("p/a")).isTrue();
    assertThat(run.again().suspect("p/a")).isTrue();
    run.fails("p/a", FailureKind.HANDLER_ERROR).after(Duration.ofMinutes(1));
    assertThat(run.sent()).isEqualTo("p/a#3");
    assertThat(run.suspect("p/a")).isTrue();

    assertThat(run.succeeds("p/a").suspect("p/b")).isFalse();
  }

  @Test
  void aTaskThatLosesWorkerAfterWorkerIsGivenUp() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    for (int i = 1; i < Retries.LOST_WORKERS; i++) {
      run.fails("p/a", FailureKind.WORKER_LOST);
      assertThat(run.sent()).isEqualTo("p/a#" + (i + 1));
    }
    run.fails("p/a", FailureKind.WORKER_LOST);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void whatIsPutOffComesAgainAsOftenAsItTakesAndUsesNoAttempt() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(2));
    Failure open =
        new Failure(FailureKind.DEFERRED, "open", "", false, Optional.of(Duration.ofSeconds(5)));

    run.fails("p/a", FailureKind.HANDLER_ERROR).after(Duration.ofMinutes(1));
    for (int i = 0; i < 100; i++) {
      run.fails("p/a", open);
      assertThat(run.state("p/a")).isEqualTo(StageState.RETRYING);
      assertThat(run.wait(Deadline.Kind.RETRY)).contains(Duration.ofSeconds(5));
      run.after(Duration.ofSeconds(5));
    }

    assertThat(run.sent()).isEqualTo("p/a#102");
    assertThat(run.stage("p/a").attempts())
        .as("the one that failed, the newest that were put off, and the one that is out")
        .hasSize(StageRecord.KEPT_DEFERRED + 2);
    run.fails("p/a", FailureKind.HANDLER_ERROR);
    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void aFlowMayRefuseToWait() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(2).notOn(FailureKind.DEFERRED));

    run.fails("p/a", FailureKind.DEFERRED);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void whatAWorkerThatStopsGivesBackIsSentAgainAtOnceEvenIfTheFlowRefusesToWait() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(1).notOn(FailureKind.DEFERRED));

    for (int i = 2; i < 100; i++) {
      run.fails("p/a", Failure.givenBack("its worker was stopped"));
      assertThat(run.sent()).isEqualTo("p/a#" + i);
    }
    run.fails("p/a", FailureKind.HANDLER_ERROR);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void outOfMemoryMovesTheNextAttemptUpATierAndCountsForNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h").on("small").onOutOfMemory("large").attempts(2));

    run.fails("p/a", FailureKind.OUT_OF_MEMORY);
    assertThat(run.sent()).isEqualTo("p/a#2");
    assertThat(run.stage("p/a").current().orElseThrow().resourceClass()).isEqualTo("large");
    run.fails("p/a", FailureKind.OUT_OF_MEMORY).after(Duration.ofSeconds(1));
    assertThat(run.sent()).isEqualTo("p/a#3");
    assertThat(run.stage("p/a").current().orElseThrow().resourceClass()).isEqualTo("large");
    run.fails("p/a", FailureKind.OUT_OF_MEMORY);

    assertThat(run.history("p/a")).endsWith("FAILED#3 FAILED");
  }

  @Test
  void outOfMemoryClimbsTheDeclaredClassesOneByOne() {
    ARun run =
        aRun(p -> p.stage("a").handler("h").on("small").onOutOfMemory("medium", "large", "xlarge"));

    run.fails("p/a", FailureKind.OUT_OF_MEMORY);
    run.fails("p/a", FailureKind.OUT_OF_MEMORY);
    run.fails("p/a", FailureKind.OUT_OF_MEMORY);
    run.fails("p/a", FailureKind.OUT_OF_MEMORY);

    assertThat(run.stage("p/a").attempts())
        .extracting(Attempt::resourceClass)
        .containsExactly("small", "medium", "large", "xlarge");
    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void outOfMemoryWithoutALargerTierIsAFailureLikeOthers() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.fails("p/a", FailureKind.OUT_OF_MEMORY);

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 FAILED#1 FAILED");
  }

  @Test
  void aRunThatEndsMeanwhileIsNotTriedAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(2));

    run.fails("p/a", FailureKind.HANDLER_ERROR).decide(new Input.Cancel("enough"));
    run.after(Duration.ofMinutes(1));

    assertThat(run.outcome()).isEqualTo(Decision.Outcome.STALE);
    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 FAILED#1 CANCELLED");
  }
}
