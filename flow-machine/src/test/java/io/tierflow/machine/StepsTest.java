package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tierflow.client.AttemptView;
import io.tierflow.client.StageView;
import io.tierflow.flow.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {

  @Test
  void aStageGetsTheOutputOfTheOneBefore() {
    ARun run =
        aRunWith("{\"in\":1}", p -> p.stage("a").handler("h").then().stage("b").handler("h"));

    assertThat(run.sent()).isEqualTo("p/a#1");
    assertThat(run.input("p/a")).isEqualTo("{\"in\":1}");
    run.succeeds("p/a", "{\"a\":2}");
    assertThat(run.sent()).isEqualTo("p/b#1");
    assertThat(run.input("p/b")).isEqualTo("{\"a\":2}");
    run.succeeds("p/b", "3");
    assertThat(run.output()).isEqualTo("{\"p\":3}");
    assertThat(run.history()).isEqualTo("SUBMITTED p:STARTED p:SUCCEEDED SUCCEEDED");
  }

  @Test
  void stagesInParallelGetTheSameInputAndHandOnAMapInTheFlowsOrder() {
    ARun run =
        aRunWith(
            "1",
            p ->
                p.parallel(side -> side.stage("a").handler("h").and().stage("b").handler("h"))
                    .stage("c")
                    .handler("h"));

    assertThat(run.sent()).isEqualTo("p/a#1 p/b#1");
    assertThat(run.input("p/a")).isEqualTo(run.input("p/b")).isEqualTo("1");
    run.succeeds("p/b", "\"b\"");
    assertThat(run.sent()).isEmpty();
    run.succeeds("p/a", "\"a\"");
    assertThat(run.sent()).isEqualTo("p/c#1");
    assertThat(run.input("p/c")).isEqualTo("{\"a\":\"a\",\"b\":\"b\"}");
  }

  @Test
  void aPipelineAfterOthersWaitsForAllAndGetsAMapOfTheirOutputs() {
    ARun run = twoSourcesAndAReport();

    assertThat(run.sent()).isEqualTo("x/s#1 y/s#1");
    run.succeeds("y/s", "\"of y\"");
    assertThat(run.sent()).isEmpty();
    run.succeeds("x/s", "\"of x\"");
    assertThat(run.sent()).isEqualTo("report/s#1");
    assertThat(run.input("report/s")).isEqualTo("{\"x\":\"of x\",\"y\":\"of y\"}");
  }

  @Test
  void aPipelineAfterOneOtherGetsAMapToo() {
    ARun run =
        ARun.of(
            "{}",
            flow ->
                flow.pipeline("x", p -> p.stage("s").handler("h"))
                    .pipeline("y", p -> p.after("x").stage("s").handler("h")));

    run.succeeds("x/s", "1");

    assertThat(run.input("y/s")).isEqualTo("{\"x\":1}");
  }

  @Test
  void theRunsOutputIsAMapOfTheLastPipelines() {
    ARun run =
        ARun.of(
            "{}",
            flow ->
                flow.pipeline("x", p -> p.stage("s").handler("h"))
                    .pipeline("y", p -> p.stage("s").handler("h")));

    run.succeeds("y/s", "2").succeeds("x/s", "1");

    assertThat(run.output()).isEqualTo("{\"x\":1,\"y\":2}");
  }

  @Test
  void aSkippedStageHandsItsInputOn() {
    ARun run =
        aRunWith(
            "{\"rows\":[]}",
            p -> p.stage("clean").handler("h").when("rows").then().stage("b").handler("h"));

    assertThat(run.history("p/clean")).isEqualTo("SKIPPED");
    assertThat(run.sent()).isEqualTo("p/b#1");
    assertThat(run.input("p/b")).isEqualTo("{\"rows\":[]}");
  }

  @Test
  void aStageWhoseConditionIsMetRuns() {
    ARun run = aRunWith("{\"rows\":[1]}", p -> p.stage("clean").handler("h").when("rows"));

    assertThat(run.sent()).isEqualTo("p/clean#1");
  }

  @Test
  void aRunOfSkippedStagesSucceedsAtOnce() {
    ARun run = aRunWith("7", p -> p.stage("a").handler("h").when("`false`"));

    assertThat(run.output()).isEqualTo("{\"p\":7}");
  }

  @Test
  void aConditionOnWhatIsNotJsonFailsItsStageAndNotTheRunner() {
    for (Content content :
        new Content[] {
          Content.json("{"), Content.json(""), new Content("text/csv", new byte[1], null, 1)
        }) {
      ARun run = aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h").when("x"));

      run.succeeds("p/a", content);

      assertThat(run.history("p/b")).isEqualTo("FAILED");
      assertThat(run.record().failure().kind()).isEqualTo(FailureKind.INVALID_INPUT);
    }
  }

  @Test
  void aFailedStageCancelsWhatFollowsIt() {
    ARun run = aRun(p -> p.stage("a").handler("h").then().stage("b").handler("h"));

    run.fails("p/a", FailureKind.HANDLER_ERROR);

    assertThat(run.history("p/a")).isEqualTo("DISPATCHED#1 FAILED#1 FAILED");
    assertThat(run.history("p/b")).isEqualTo("CANCELLED");
    assertThat(run.history()).isEqualTo("SUBMITTED p:STARTED p:FAILED FAILED");
    assertThat(run.record().failure().message()).isEqualTo("p/a: why");
  }

  @Test
  void aFailedStageLetsThoseBesideItEndBeforeThePipelineFails() {
    ARun run =
        aRun(p -> p.parallel(side -> side.stage("a").handler("h").and().stage("b").handler("h")));

    run.fails("p/a", FailureKind.HANDLER_ERROR);
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    run.succeeds("p/b");

    assertThat(run.state("p/b")).isEqualTo(StageState.SUCCEEDED);
    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void anIndependentPipelineGoesOnWhenAnotherFailsAndTheOnesAfterItAreCancelled() {
    ARun run = twoSourcesAndAReport();

    run.fails("x/s", FailureKind.HANDLER_ERROR);
    assertThat(run.history("report/s")).isEqualTo("CANCELLED");
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    run.succeeds("y/s");

    assertThat(run.history())
        .isEqualTo("SUBMITTED x:STARTED y:STARTED x:FAILED report:CANCELLED y:SUCCEEDED FAILED");
  }

  private static ARun twoSourcesAndAReport() {
    return ARun.of(
        "{}",
        flow ->
            flow.pipeline("x", p -> p.stage("s").handler("h"))
                .pipeline("y", p -> p.stage("s").handler("h"))
                .pipeline("report", p -> p.after("x", "y").stage("s").handler("h")));
  }

  @Test
  void whatACancelledRunHadOutIsShownAsCancelledAndTakesNoLonger() {
    ARun run =
        aRun(p -> p.parallel(both -> both.stage("a").handler("h").and().stage("b").handler("h")));
    run.starts("p/a").after(Duration.ofSeconds(5)).decide(new Input.Cancel("enough"));
    Instant end = run.now;
    run.after(Duration.ofMinutes(1));

    List<StageView> stages = run.view().pipelines().get(0).stages();
    assertThat(stages.get(0).attempts())
        .extracting(AttemptView::state, AttemptView::worker, AttemptView::endedAt)
        .containsExactly(tuple("CANCELLED", "w", end));
    assertThat(stages.get(1).attempts())
        .as("nobody had taken it")
        .extracting(AttemptView::state, AttemptView::startedAt, AttemptView::endedAt)
        .containsExactly(tuple("CANCELLED", null, null));
  }
}
