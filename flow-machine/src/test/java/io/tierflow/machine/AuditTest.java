package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.FailureKind;
import io.tierflow.machine.Decision.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditTest {

  private static final Duration LOOK = Checks.DEFAULT_QUEUE;

  @Test
  void aRunThatEndsWithoutTheEndOfAStageIsFlaggedWhateverItsState() {
    ARun run = two().succeeds("p/a");
    lose(run, "a");
    run.succeeds("p/b");
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.missing()).containsExactly("UNACCOUNTED p/a");
    assertThat(run.view().output()).isNull();

    ARun failed = two().succeeds("p/a");
    lose(failed, "a");
    failed.fails("p/b", FailureKind.INVALID_INPUT);
    assertThat(failed.missing()).containsExactly("UNACCOUNTED p/a");
    assertThat(failed.again().missing()).containsExactly("UNACCOUNTED p/a");
  }

  @Test
  void aRunThatHasEndedIsFlaggedAtItsNextLook() {
    ARun run = two().succeeds("p/a").succeeds("p/b");
    assertThat(run.missing()).isEmpty();
    lose(run, "b");
    run.after(LOOK);
    assertThat(run.missing()).containsExactly("UNACCOUNTED p/b");
    assertThat(run.outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(run.again().outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.missing()).hasSize(1);
  }

  @Test
  void theFlagOfARunThatHasEndedIsClearedBeforeItIsRemoved() {
    ARun run = two().succeeds("p/a").succeeds("p/b");
    lose(run, "b");
    run.after(LOOK);
    assertThat(run.missing()).containsExactly("UNACCOUNTED p/b");

    Deadline due = Retention.due(run.record().endedAt(), Duration.ofDays(7));
    run.decide(new Input.DeadlineReached(due));
    assertThat(run.missing()).isEmpty();
    assertThat(run.record().state()).as("it is there still").isEqualTo(RunState.SUCCEEDED);
    assertThat(run.lastEvents()).hasSize(1).allMatch(Event.MissingCleared.class::isInstance);
    assertThat(run.wait(Deadline.Kind.PRUNE)).isPresent();

    run.decide(new Input.DeadlineReached(due));
    assertThat(run.lastEvents()).as("told again").hasSize(1);
    assertThat(run.entries.get(EntryKey.RUN)).isEmpty();
  }

  @Test
  void aRunThatHasEndedAndLacksNothingIsLeftAsItIs() {
    ARun run = two().succeeds("p/a").succeeds("p/b").after(LOOK);
    assertThat(run.outcome()).isEqualTo(Outcome.STALE);
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aRunOfWhichNothingIsOutIsFlaggedAndGoesOn() {
    ARun run = two();
    lose(run, "a");
    run.after(LOOK);
    assertThat(run.missing()).as("it may heal by itself").isEmpty();
    run.after(Stuck.CONFIRM);
    assertThat(run.missing()).containsExactly("UNACCOUNTED");
    assertThat(run.sent()).isEqualTo("p/a#1");

    run.succeeds("p/a").after(LOOK);
    assertThat(run.missing()).as("something is out again").doesNotContain("UNACCOUNTED");
    assertThat(run.succeeds("p/b").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aStageWhoseAttemptIsOverButWhoseEndIsLostIsSentAgain() {
    ARun run = two();
    StageRecord a = run.stage("p/a");
    Attempt failed =
        a.current()
            .orElseThrow()
            .ended(StageState.FAILED, new Attempt.Ending("w", run.now, run.now, null, null));
    run.entries.put(EntryKey.of(TaskKey.of("p", "a")), a.with(StageState.RETRYING, failed));
    run.after(LOOK.plus(Stuck.CONFIRM));
    assertThat(run.missing()).containsExactly("UNACCOUNTED");
    assertThat(run.sent()).isEqualTo("p/a#2");
  }

  @Test
  void elementsThatAreLostAreSentAgain() {
    ARun run = aRunWith("[1,2,3]", p -> p.stage("a").handler("h").forEachElement());
    run.succeeds("p/a/2");
    run.entries.removeAll(List.of(element(0), element(1)));
    run.after(LOOK.plus(Stuck.CONFIRM));
    assertThat(run.missing()).containsExactly("UNACCOUNTED");
    assertThat(run.sent()).isEqualTo("p/a/0#1 p/a/1#1");
    assertThat(run.succeeds("p/a/0").succeeds("p/a/1").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.missing()).isEmpty();
  }

  @Test
  void aPausedRunAndOneWhoseRetryWaitsAreNotStuck() {
    ARun paused = two();
    paused.decide(new Input.Pause("p1")).succeeds("p/a").after(LOOK.plus(LOOK));
    assertThat(paused.missing()).isEmpty();

    ARun waiting =
        aRun(
            p ->
                p.stage("a")
                    .handler("h")
                    .attempts(3)
                    .backoff(Duration.ofHours(1), Duration.ofHours(1)));
    waiting.fails("p/a", FailureKind.HANDLER_ERROR).after(LOOK.plus(LOOK));
    assertThat(waiting.missing()).isEmpty();
  }

  @Test
  void timersThatAreLostAreKeptAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(3));
    run.fails("p/a", FailureKind.HANDLER_ERROR).forgets(Deadline.Kind.RETRY).after(LOOK);
    assertThat(run.sent()).isEqualTo("p/a#2");

    run.startsHandedOver("p/a", Duration.ofSeconds(30))
        .forgets(Deadline.Kind.HEARTBEAT)
        .after(LOOK);
    assertThat(run.sent()).isEqualTo("p/a#3");
    assertThat(run.missing()).containsExactly("HEARTBEAT_LOST p/a");
  }

  private static ARun two() {
    return aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"));
  }

  private static void lose(ARun run, String stage) {
    run.entries.removeAll(List.of(EntryKey.of(TaskKey.of("p", stage))));
  }

  private static EntryKey element(int index) {
    return EntryKey.of(TaskKey.of("p", "a").element(index));
  }
}
