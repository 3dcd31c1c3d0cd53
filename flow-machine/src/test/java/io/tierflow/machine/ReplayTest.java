package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.client.ElementsView;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.builder.PipelineBuilder;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplayTest {

  @Test
  void whatFailedIsDoneAgainWithTheOutputsBeforeIt() {
    ARun run = failedAtB();

    ARun replay = run.replayed();

    assertThat(replay.sent()).isEqualTo("p/b#1");
    assertThat(replay.input("p/b")).isEqualTo("{\"a\":1}");
    assertThat(replay.record().replayOf()).isEqualTo(ARun.ID);
    replay.succeeds("p/b", "2").succeeds("p/c", "3");
    assertThat(replay.output()).isEqualTo("{\"p\":3}");
    assertThat(replay.stage("p/a").attempts()).isEmpty();
  }

  @Test
  void theEarlierRunDoesNotChange() {
    ARun run = failedAtB();
    String before = run.history() + run.history("p/b") + run.record();

    run.replayed().succeeds("p/b").succeeds("p/c");

    assertThat(run.history() + run.history("p/b") + run.record()).isEqualTo(before);
  }

  @Test
  void aNamedStageAndAllAfterItAreDoneAgain() {
    ARun run =
        aRun(ReplayTest::three).succeeds("p/a", "1").succeeds("p/b", "2").succeeds("p/c", "3");

    ARun replay = run.replayed("p/b");

    assertThat(replay.sent()).isEqualTo("p/b#1");
    replay.succeeds("p/b", "20");
    assertThat(replay.sent()).isEqualTo("p/c#1");
    assertThat(replay.input("p/c")).isEqualTo("20");
  }

  @Test
  void pipelinesAfterTheStageFollowAndOthersAreReused() {
    ARun run =
        ARun.of(
            "{}",
            flow ->
                flow.pipeline("left", p -> p.stage("a").handler("h"))
                    .pipeline("right", p -> p.stage("b").handler("h"))
                    .pipeline("join", p -> p.after("left", "right").stage("c").handler("h")));
    run.succeeds("left/a", "1").succeeds("right/b", "2").succeeds("join/c", "3");

    ARun replay = run.replayed("right/b");

    assertThat(replay.sent()).isEqualTo("right/b#1");
    replay.succeeds("right/b", "20");
    assertThat(replay.input("join/c")).isEqualTo("{\"left\":1,\"right\":20}");
  }

  @Test
  void theOthersOfAParallelBlockAreReused() {
    ARun run =
        aRun(p -> p.parallel(side -> side.stage("a").handler("h").and().stage("b").handler("h")));
    run.succeeds("p/a", "1").fails("p/b", FailureKind.HANDLER_ERROR);

    ARun replay = run.replayed();

    assertThat(replay.sent()).isEqualTo("p/b#1");
    assertThat(replay.succeeds("p/b", "2").output()).isEqualTo("{\"p\":{\"a\":1,\"b\":2}}");
  }

  @Test
  void anEditedInputAndAnotherClassAreThoseOfTheStageAlone() {
    ARun replay = failedAtB().replayedWith("{\"edited\":true}", "xlarge", "b");

    assertThat(replay.input("p/b")).isEqualTo("{\"edited\":true}");
    assertThat(replay.resourceClass("p/b")).isEqualTo("xlarge");
    replay.succeeds("p/b", "2");
    assertThat(replay.resourceClass("p/c")).isEqualTo("small");
    assertThat(replay.input("p/c")).isEqualTo("2");
  }

  @Test
  void aForEachTakesAnEditedListAndSendsItsElementsToTheOtherClass() {
    ARun run = ARun.aRunWith("[1]", p -> p.stage("a").handler("h").forEachElement());
    run.fails("p/a/0", FailureKind.HANDLER_ERROR);

    ARun replay = run.replayedWith("[7,8]", "xlarge", "p/a");

    assertThat(replay.input("p/a/1")).isEqualTo("8");
    assertThat(replay.resourceClass("p/a/1")).isEqualTo("xlarge");
    replay.succeeds("p/a/0", "70").succeeds("p/a/1", "80");
    assertThat(replay.output()).isEqualTo("{\"p\":[70,80]}");
  }

  @Test
  void aForEachRunsOnlyThoseElementsAgainThatHadNotSucceeded() {
    ARun replay = halfDone().replayed();

    assertThat(replay.sent()).isEqualTo("p/e/1#1 p/e/3#1");
    assertThat(replay.view().pipelines().get(0).stages().get(1).elements())
        .isEqualTo(new ElementsView(5, 5, 3, 0));
    replay.succeeds("p/e/3", "41").succeeds("p/e/1", "21").succeeds("p/b", "{}");
    assertThat(replay.input("p/b")).isEqualTo("[1.10,21,\"x\",41,{}]");
    assertThat(replay.history("p/e")).isEqualTo("FANNED_OUT*5 SUCCEEDED");
  }

  @Test
  void whatAReplayReusedOfAForEachTheNextReplayReusesToo() {
    ARun replay = halfDone().replayed().succeeds("p/e/1", "21");
    replay.fails("p/e/3", FailureKind.INVALID_INPUT);

    assertThat(replay.state("p/e")).isEqualTo(StageState.FAILED);
    ARun second = replay.replayed("p/e");
    assertThat(second.sent()).isEqualTo("p/e/3#1");
    second.succeeds("p/e/3", "41");
    assertThat(second.input("p/b")).isEqualTo("[1.10,21,\"x\",41,{}]");
  }

  @Test
  void whatAReplayReusesIsKeptThoughItIsCancelledBeforeItsForEachBegan() {
    TaskKey each = TaskKey.of("p", "e");
    ARun replay = halfDone().replayed();
    Content brought = replay.stage("p/e").elements();
    replay.decide(new Input.Cancel(""));
    replay.entries.removeAll(
        IntStream.range(0, 5).mapToObj(each::element).map(EntryKey::of).toList());
    replay.entries.putAll(
        Map.of(
            EntryKey.of(each),
            StageRecord.waiting(null).reusing(brought).ended(StageState.CANCELLED, null, "c")));

    assertThat(replay.replayed().sent()).isEqualTo("p/e/1#1 p/e/3#1");
  }

  @Test
  void aForEachAfterAStageThatIsRunAgainIsRunAgainAsAWhole() {
    ARun replay = halfDone().replayed("p/l").succeeds("p/l", "[7,8]");

    assertThat(replay.sent()).isEqualTo("p/e/0#1 p/e/1#1");
  }

  // A list, a for-each over it of which 0, 2 and 4 succeed, and a stage after it.
  private static ARun halfDone() {
    ARun run =
        aRun(
            p ->
                p.stage("l")
                    .handler("h")
                    .then()
                    .stage("e")
                    .handler("h")
                    .forEachElement(2, false)
                    .then()
                    .stage("b")
                    .handler("h"));
    run.succeeds("p/l", "[1,2,3,4,5]").succeeds("p/e/0", "1.10");
    run.fails("p/e/1", FailureKind.INVALID_INPUT).succeeds("p/e/2", "\"x\"");
    run.fails("p/e/3", FailureKind.INVALID_INPUT).succeeds("p/e/4", "{}");
    assertThat(run.state()).isEqualTo(RunState.FAILED);
    return run;
  }

  @Test
  void aForEachThatSucceededIsReusedAsItsList() {
    ARun run =
        ARun.aRunWith(
            "[1,2]",
            p -> p.stage("a").handler("h").forEachElement().then().stage("b").handler("h"));
    run.succeeds("p/a/0", "10").succeeds("p/a/1", "20").fails("p/b", FailureKind.HANDLER_ERROR);

    ARun replay = run.replayed();

    assertThat(replay.input("p/b")).isEqualTo("[10,20]");
  }

  @Test
  void aReplayCanBeReplayed() {
    ARun replay = failedAtB().replayed().fails("p/b", FailureKind.HANDLER_ERROR);

    ARun second = replay.replayed().succeeds("p/b", "2").succeeds("p/c", "3");

    assertThat(second.output()).isEqualTo("{\"p\":3}");
  }

  @Test
  void theSameSubmissionAgainChangesNothingAndSendsWhatIsStillOut() {
    ARun replay = failedAtB().replayed();
    String before = replay.record() + " " + replay.stage("p/a") + " " + replay.stage("p/b");

    replay.again();

    assertThat(replay.outcome()).isEqualTo(Decision.Outcome.REPEATED);
    assertThat(replay.sent()).isEqualTo("p/b#1");
    assertThat(replay.record() + " " + replay.stage("p/a") + " " + replay.stage("p/b"))
        .isEqualTo(before);
  }

  @Test
  void whatCannotBeReplayedIsRefusedWithAReason() {
    ARun open = aRun(ReplayTest::three);
    ARun whole = aRun(p -> p.stage("a").handler("h")).succeeds("p/a");
    assertThatThrownBy(open::replayed)
        .isInstanceOf(Replays.RefusedException.class)
        .hasMessage("run r1: found RUNNING, expected a run that has ended");
    assertThatThrownBy(() -> whole.replayed("p/x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "stage 'p/x': found none of that name in flow test version 1, expected one of [p/a]");
    assertThatThrownBy(whole::replayed)
        .isInstanceOf(Replays.RefusedException.class)
        .hasMessageContaining("nothing of it failed");
  }

  private static void three(PipelineBuilder p) {
    p.stage("a").handler("h").then().stage("b").handler("h").then().stage("c").handler("h");
  }

  private static ARun failedAtB() {
    return aRun(ReplayTest::three)
        .succeeds("p/a", "{\"a\":1}")
        .fails("p/b", FailureKind.HANDLER_ERROR);
  }
}
