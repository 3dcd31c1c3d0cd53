package io.tierflow.machine;

import static io.tierflow.machine.ARun.aRun;
import static io.tierflow.machine.ARun.aRunWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EscalationTest {

  @Test
  void tellsOfTheStepUpAlsoWhenTheFailureComesAgain() {
    ARun run = aRun(p -> p.stage("a").handler("h").on("small").onOutOfMemory("large"));
    Event.TaskEscalated step =
        new Event.TaskEscalated(TaskKey.of("p", "a"), 1, "small", "large", true);

    run.fails("p/a", FailureKind.OUT_OF_MEMORY);
    assertThat(run.lastEvents()).contains(step);
    run.again();

    assertThat(run.lastEvents()).contains(step);
    assertThat(run.sent()).isEqualTo("p/a#2");
  }

  @Test
  void whatIsTooLargeToBeginGoesUpAtOnceAndTeachesNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h").on("small").onOutOfMemory("large"));
    Failure tooLarge = Failure.tooLarge("needs 2g", Duration.ofSeconds(1));

    run.fails("p/a", tooLarge);

    assertThat(run.sent()).isEqualTo("p/a#2");
    assertThat(classes(run)).containsExactly("small", "large");
    assertThat(run.lastEvents())
        .filteredOn(Event.TaskEscalated.class::isInstance)
        .singleElement()
        .satisfies(
            step ->
                assertThat(Escalations.teaches(run.plan, (Event.TaskEscalated) step)).isFalse());

    run.fails("p/a", tooLarge); // on the largest: put off, at the cost of no attempt
    assertThat(run.stage("p/a").state()).isEqualTo(StageState.RETRYING);
    assertThat(run.stage("p/a").retry().resourceClass()).isEqualTo("large");
  }

  @Test
  void memoryThatRanOutAroundTheSlotLeadsUpAndTeachesNothing() {
    ARun run = aRun(p -> p.stage("a").handler("h").on("small").onOutOfMemory("large"));

    run.fails("p/a", Failure.outsideSlot("the machine had none left", ""));

    assertThat(classes(run)).containsExactly("small", "large");
    Event.TaskEscalated step =
        new Event.TaskEscalated(TaskKey.of("p", "a"), 1, "small", "large", false);
    assertThat(run.lastEvents()).contains(step);
    assertThat(Escalations.teaches(run.plan, step)).isFalse();
    run.again();
    assertThat(run.lastEvents()).contains(step); // no repetition makes a lesson of it either
  }

  @Test
  void memoryOfItsOwnSlotThatRanOutTeaches() {
    ARun run = aRun(p -> p.stage("a").handler("h").on("small").onOutOfMemory("large"));

    run.fails("p/a", FailureKind.OUT_OF_MEMORY);

    assertThat(run.lastEvents())
        .filteredOn(Event.TaskEscalated.class::isInstance)
        .singleElement()
        .satisfies(
            step -> assertThat(Escalations.teaches(run.plan, (Event.TaskEscalated) step)).isTrue());
  }

  @Test
  void aRunBeginsWhereTheOneBeforeLearnedToBegin() {
    ARun first = aRun(p -> p.stage("a").handler("h").on("small").onOutOfMemory("large", "xlarge"));

    ARun run = first.nextWith(Map.of("p/a", "large"));
    assertThat(classes(run)).containsExactly("large");
    run.fails("p/a", FailureKind.OUT_OF_MEMORY);

    assertThat(classes(run)).containsExactly("large", "xlarge");
  }

  @Test
  void whatTheFlowDoesNotClimbToCountsForNothing() {
    ARun first = aRun(p -> p.stage("a").handler("h").on("large").onOutOfMemory("small", "large"));

    assertThat(classes(first.nextWith(Map.of("p/a", "small", "p/gone", "large"))))
        .containsExactly("large");
    assertThat(classes(first.nextWith(Map.of("p/a", "gpu")))).containsExactly("large");
  }

  @Test
  void theClassOfAReplayGoesBeforeWhatWasLearned() {
    ARun run = aRun(p -> p.stage("a").handler("h").on("small").onOutOfMemory("large"));
    run.fails("p/a", FailureKind.INVALID_INPUT);
    Input.Submit replay =
        Replays.of(
            ARun.ID,
            run.plan,
            run.entries,
            new Replays.Request(
                List.of(), java.util.Optional.empty(), java.util.Optional.of("tiny")));

    ARun again =
        run.submitted(
            new Input.Submit(
                replay.labels(),
                replay.input(),
                replay.replay(),
                List.of(),
                Map.of("p/a", "large")));

    assertThat(classes(again)).containsExactly("tiny");
    again.fails("p/a", FailureKind.OUT_OF_MEMORY);
    assertThat(classes(again)).containsExactly("tiny", "large");
    assertThat(Escalations.teaches(run.plan, step("tiny", "large", TaskKey.WHOLE))).isFalse();
  }

  @Test
  void anElementClimbsForItselfAndTeachesNothing() {
    ARun run =
        aRunWith(
            "[1,2]",
            p -> p.stage("a").handler("h").on("small").onOutOfMemory("large").forEachElement());

    run.fails("p/a/0", FailureKind.OUT_OF_MEMORY);

    assertThat(run.sent()).isEqualTo("p/a/0#2");
    assertThat(run.stage("p/a/0").current().orElseThrow().resourceClass()).isEqualTo("large");
    assertThat(run.stage("p/a/1").current().orElseThrow().resourceClass()).isEqualTo("small");
    assertThat(Escalations.teaches(run.plan, step("small", "large", 0))).isFalse();
    assertThat(Escalations.learned(run.plan, Map.of("p/a", "large"))).isEmpty();
  }

  private static Event.TaskEscalated step(String from, String to, int index) {
    TaskKey stage = TaskKey.of("p", "a");
    return new Event.TaskEscalated(
        index == TaskKey.WHOLE ? stage : stage.element(index), 1, from, to, true);
  }

  private static List<String> classes(ARun run) {
    return run.stage("p/a").attempts().stream().map(Attempt::resourceClass).toList();
  }
}
