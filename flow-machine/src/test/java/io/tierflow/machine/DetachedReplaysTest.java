package io.tierflow.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.flow.builder.FlowBuilder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class DetachedReplaysTest {

  @Test
  void whatFollowsFromThisStageAloneIsRunAndTheRestIsLeftOut() {
    ARun run = replay("x/a", "{\"n\":1}");
    assertThat(run.sent()).isEqualTo("x/a#1");
    assertThat(run.input("x/a")).isEqualTo("{\"n\":1}");
    assertThat(run.state("y/s")).isEqualTo(StageState.SKIPPED);

    run.succeeds("x/a", "2").succeeds("x/b", "3");
    assertThat(run.sent()).isEqualTo("z/l#1 z/r#1");
    assertThat(run.input("z/l")).isEqualTo("{\"x\":3}");
    run.succeeds("z/l", "4").succeeds("z/r", "5").succeeds("z/c", "6");
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.state("w/d")).as("takes y's output too").isEqualTo(StageState.SKIPPED);
    assertThat(run.output()).contains("\"z\":6");
    assertThat(run.view().replayOf()).isEqualTo(ARun.ID);
  }

  @Test
  void oneSideOfAParallelBlockIsRunAlone() {
    ARun run = replay("z/l", "1");
    assertThat(run.sent()).isEqualTo("z/l#1");
    run.succeeds("z/l", "2");
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.state("z/c")).isEqualTo(StageState.SKIPPED);
  }

  @Test
  void anElementIsRunAlone() {
    UnaryOperator<FlowBuilder> wide =
        flow ->
            flow.pipeline(
                "p",
                p -> p.stage("e").handler("h").forEachElement().then().stage("b").handler("h"));
    ARun run = ARun.detached(wide, TaskKey.of("p", "e").element(7), Content.json("[70]"), null);
    assertThat(run.sent()).isEqualTo("p/e/0#1");
    assertThat(run.input("p/e/0")).isEqualTo("70");
    assertThat(run.succeeds("p/e/0", "71").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.state("p/b")).isEqualTo(StageState.SKIPPED);
  }

  @Test
  void itsClassMayBeAnotherAndItsSubmissionMayComeAgain() {
    ARun run =
        ARun.detached(DetachedReplaysTest::flow, TaskKey.of("x", "b"), Content.json("1"), "large");
    assertThat(run.resourceClass("x/b")).isEqualTo("large");
    assertThat(run.again().sent()).isEqualTo("x/b#1");
    assertThat(run.succeeds("x/b").resourceClass("z/l")).isEqualTo("small");
  }

  @Test
  void aStageThatTheVersionDoesNotHaveIsRefused() {
    assertThatThrownBy(() -> replay("x/none", "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("flow test version 1 has no stage x/none");
  }

  private static FlowBuilder flow(FlowBuilder flow) {
    return flow.pipeline("x", p -> p.stage("a").handler("h").then().stage("b").handler("h"))
        .pipeline("y", p -> p.stage("s").handler("h"))
        .pipeline(
            "z",
            p ->
                p.after("x")
                    .parallel(b -> b.stage("l").handler("h").and().stage("r").handler("h"))
                    .stage("c")
                    .handler("h"))
        .pipeline("w", p -> p.after("x", "y").stage("d").handler("h"));
  }

  private static ARun replay(String stage, String input) {
    String[] names = stage.split("/", -1);
    return ARun.detached(
        DetachedReplaysTest::flow, TaskKey.of(names[0], names[1]), Content.json(input), null);
  }
}
