package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.FailureKind;
import io.tierflow.machine.Decision.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepetitionTest {

  private static final Input SUBMIT = new Input.Submit(Map.of(), Content.json("{}"));

  @Test
  void aRepeatedSubmitSendsAgainOnlyWhatHasNotComeBack() {
    ARun run =
        ARun.of(
            "{}",
            flow ->
                flow.pipeline("x", p -> p.stage("s").handler("h").then().stage("t").handler("h"))
                    .pipeline("y", p -> p.stage("s").handler("h")));

    run.decide(SUBMIT);
    assertThat(run.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.sent()).isEqualTo("x/s#1 y/s#1");

    run.succeeds("x/s").decide(SUBMIT);
    // x/t is not the submission's doing: the reply of x/s sends it again, should it be lost.
    assertThat(run.sent()).isEqualTo("y/s#1");

    run.succeeds("y/s").succeeds("x/t").decide(SUBMIT);
    assertThat(run.sent()).isEmpty();
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void aRepeatedSubmitKeepsTheFirstInput() {
    ARun run = aRunWith("1", p -> p.stage("a").handler("h"));

    run.decide(new Input.Submit(Map.of(), Content.json("2")));

    assertThat(run.input("p/a")).isEqualTo("1");
  }

  @Test
  void aRepeatedReplySendsTheNextTaskAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"));

    run.succeeds("p/a").again();

    assertThat(run.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.sent()).isEqualTo("p/b#1");
    assertThat(run.stage("p/b").attempts()).hasSize(1);
  }

  @Test
  void aRepeatedFailureSendsTheNextAttemptAgainOrKeepsItsRetry() {
    ARun atOnce =
        aRun(p -> p.stage("a").handler("h").attempts(2).backoff(Duration.ZERO, Duration.ZERO));
    atOnce.fails("p/a", FailureKind.HANDLER_ERROR).again();
    assertThat(atOnce.sent()).isEqualTo("p/a#2");

    ARun later = aRun(p -> p.stage("a").handler("h").attempts(2).jitter(0));
    later.fails("p/a", FailureKind.HANDLER_ERROR).again();
    assertThat(later.sent()).isEmpty();
    assertThat(later.wait(Deadline.Kind.RETRY)).contains(Duration.ofSeconds(1));
  }

  @Test
  void aRepeatedDeadlineSendsItsAttemptAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(2));

    run.fails("p/a", FailureKind.HANDLER_ERROR).after(Duration.ofSeconds(1)).again();

    assertThat(run.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(run.sent()).isEqualTo("p/a#2");
  }

  @Test
  void aRepeatedReplyOfAnElementSendsAgainTheElementThatTookItsPlace() {
    ARun run = aRunWith("[1,2,3]", p -> p.stage("e").handler("h").forEachElement(1, true));

    run.succeeds("p/e/0").again();

    assertThat(run.sent()).isEqualTo("p/e/1#1");
    assertThat(run.stage("p/e").fanOut()).isEqualTo(new FanOut(3, 2, 1, 0));
  }

  @Test
  void aTaskThatAWorkerHasBegunIsNotSentAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.starts("p/a").decide(SUBMIT);

    assertThat(run.sent()).isEmpty();
  }

  @Test
  void aSecondWorkersReplyToTheSameAttemptIsStale() {
    ARun run = aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"));

    run.succeeds("p/a", "1");
    run.decide(
        new Input.Succeeded(
            TaskKey.of("p", "a"), 1, "another", run.now, run.now, Content.json("2"), null));

    assertThat(run.outcome()).isEqualTo(Outcome.STALE);
    assertThat(run.sent()).isEmpty();
    assertThat(run.input("p/b")).isEqualTo("1");
    assertThat(run.record().stale()).isEqualTo(1);
  }

  @Test
  void whatAWorkerSaidBeforeItsReplyAndComesAfterItIsNoWordTooMany() {
    ARun run = aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"));
    Input started = new Input.Started(TaskKey.of("p", "a"), 1, "w", run.now, Optional.empty());

    run.succeeds("p/a").decide(started);

    assertThat(run.outcome()).isEqualTo(Outcome.STALE);
    assertThat(run.record().stale()).isZero();
  }

  @Test
  void aReplyToAnAttemptOrAStageThatNeverWasIsStale() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.decide(run.success("p/a", 2, Content.json("1")));
    assertThat(run.outcome()).isEqualTo(Outcome.STALE);
    run.decide(run.success("p/other", 1, Content.json("1")));
    assertThat(run.outcome()).isEqualTo(Outcome.STALE);

    assertThat(run.record().stale()).isEqualTo(2);
    assertThat(run.state("p/a")).isEqualTo(StageState.QUEUED);
  }

  @Test
  void aReplyToARunThatIsNotKnownChangesNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h"));
    Decision decision =
        RunMachine.decide(
            "other",
            run.plan,
            new MemoryEntries(),
            run.success("p/a", 1, Content.json("1")),
            run.now);

    assertThat(decision.outcome()).isEqualTo(Outcome.UNKNOWN_RUN);
    assertThat(decision.entries()).isEmpty();
  }

  @Test
  void cancelEndsEverythingAndLaterRepliesAreStale() {
    ARun run =
        ARun.of(
            "[1,2]",
            flow ->
                flow.pipeline("x", p -> p.stage("s").handler("h").then().stage("t").handler("h"))
                    .pipeline("e", p -> p.stage("s").handler("h").forEachElement())
                    .pipeline("y", p -> p.after("x").stage("s").handler("h")));

    run.decide(new Input.Cancel("enough"));
    assertThat(run.state()).isEqualTo(RunState.CANCELLED);
    assertThat(run.history())
        .isEqualTo("SUBMITTED x:STARTED e:STARTED x:CANCELLED e:CANCELLED y:CANCELLED CANCELLED");
    for (String stage : new String[] {"x/s", "x/t", "e/s", "y/s"}) {
      assertThat(run.state(stage)).isEqualTo(StageState.CANCELLED);
    }

    run.succeeds("x/s");
    assertThat(run.outcome()).isEqualTo(Outcome.STALE);
    run.succeeds("e/s/1");
    assertThat(run.outcome()).isEqualTo(Outcome.STALE);
    assertThat(run.sent()).isEmpty();
    assertThat(run.record().stale()).isEqualTo(2);
  }

  @Test
  void aRepeatedCancelChangesNothingAndOneOfAnEndedRunIsStale() {
    ARun run = aRun(p -> p.stage("a").handler("h"));
    run.decide(new Input.Cancel("enough")).again();
    assertThat(run.outcome()).isEqualTo(Outcome.REPEATED);

    ARun ended = aRun(p -> p.stage("a").handler("h")).succeeds("p/a");
    ended.decide(new Input.Cancel("too late"));
    assertThat(ended.outcome()).isEqualTo(Outcome.STALE);
    assertThat(ended.state()).isEqualTo(RunState.SUCCEEDED);
  }

  @Test
  void aTaskKeepsItsIdOverAllItsAttempts() {
    assertThat(TaskKey.of("p", "a").taskId("r1")).isEqualTo("r1/p/a");
    assertThat(TaskKey.of("p", "a").element(3).taskId("r1")).isEqualTo("r1/p/a/3");
  }
}
