package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.FailureKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PauseTest {

  private static final Input PAUSE = new Input.Pause("1");
  private static final Input RESUME = new Input.Resume("2");

  @Test
  void aPausedRunTakesWhatIsOutAndSendsNothingNew() {
    ARun run = aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"));

    run.decide(PAUSE).succeeds("p/a", "1");

    assertThat(run.state()).isEqualTo(RunState.PAUSED);
    assertThat(run.state("p/a")).isEqualTo(StageState.SUCCEEDED);
    assertThat(run.sent()).isEmpty();
    run.decide(RESUME);
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    assertThat(run.sent()).isEqualTo("p/b#1");
    assertThat(run.succeeds("p/b", "2").output()).isEqualTo("{\"p\":2}");
  }

  @Test
  void aRetryThatComesDueMeanwhileIsSentWhenTheRunGoesOn() {
    ARun run = aRun(p -> p.stage("a").handler("h").attempts(2));

    run.fails("p/a", FailureKind.HANDLER_ERROR).decide(PAUSE).after(Duration.ofMinutes(1));

    assertThat(run.state("p/a")).isEqualTo(StageState.RETRYING);
    run.decide(RESUME).after(Duration.ZERO);
    assertThat(run.sent()).isEqualTo("p/a#2");
  }

  @Test
  void aLostWorkersTaskWaitsAsWell() {
    ARun run = aRun(p -> p.stage("a").handler("h"));

    run.decide(PAUSE).fails("p/a", FailureKind.WORKER_LOST);

    assertThat(run.sent()).isEmpty();
    run.decide(RESUME).after(Duration.ZERO);
    assertThat(run.sent()).isEqualTo("p/a#2");
  }

  @Test
  void theRestOfAForEachWaits() {
    ARun run = aRunWith("[1,2,3]", p -> p.stage("e").handler("h").forEachElement(1, true));

    run.decide(PAUSE).succeeds("p/e/0", "1");

    assertThat(run.sent()).isEmpty();
    run.decide(RESUME);
    assertThat(run.sent()).isEqualTo("p/e/1#1");
    run.again();
    assertThat(run.sent()).isEqualTo("p/e/1#1");
  }

  @Test
  void aPausedRunCanStillEnd() {
    ARun run = aRun(p -> p.stage("a").handler("h"));
    run.decide(PAUSE).succeeds("p/a");
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);

    ARun cancelled = aRun(p -> p.stage("a").handler("h"));
    cancelled.decide(PAUSE).decide(new Input.Cancel(""));
    assertThat(cancelled.state()).isEqualTo(RunState.CANCELLED);
  }

  @Test
  void aCancelledRunKeepsWhyItWasCancelled() {
    ARun run = aRun(p -> p.stage("a").handler("h"));
    ARun silent = aRun(p -> p.stage("a").handler("h"));

    run.decide(new Input.Cancel("not needed"));
    silent.decide(new Input.Cancel(""));

    assertThat(run.view().failure().message()).isEqualTo("not needed");
    assertThat(silent.view().failure()).isNull();
  }

  @Test
  void aRunThatHasEndedIsNeitherPausedNorResumed() {
    ARun run = aRun(p -> p.stage("a").handler("h")).succeeds("p/a");

    assertThat(run.decide(PAUSE).outcome()).isEqualTo(Decision.Outcome.STALE);
    assertThat(run.decide(RESUME).outcome()).isEqualTo(Decision.Outcome.STALE);
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
  }
}
