package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.runner.turns.Offer;
import io.tierflow.schemas.CancelRun;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.Pausable;
import io.tierflow.schemas.Pause;
import io.tierflow.schemas.PauseRun;
import io.tierflow.schemas.ResumeRun;
import io.tierflow.schemas.StageTask;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs of low priority are sent as workers take them. */
class RunTurnsTest {

  private static final String BULK =
      """
      {"flow": "f", "class": "small", "priority": "low",
       "pipelines": {"p": {"stages": [{"stage": "a", "handler": "echo"}]}}}
      """;

  private static final String EACH =
      """
      {"flow": "f", "class": "small", "priority": "low",
       "pipelines": {"p": {"stages":
         [{"stage": "a", "handler": "echo", "for-each": true}]}}}
      """;

  private static final String EACH_BESIDE_ANOTHER =
      """
      {"flow": "f", "class": "small", "priority": "low",
       "pipelines": {"p": {"stages": [{"stage": "a", "handler": "echo", "for-each": true}]},
                     "q": {"stages": [{"stage": "b", "handler": "echo", "class": "large"}]}}}
      """;

  private final FakePartition partition = new FakePartition();

  @BeforeEach
  void twoMayBeOut() {
    partition.offer = new Offer(1, false);
    for (String run : List.of("r1", "r2", "r3", "r4")) {
      partition.submit(run, 1, BULK);
    }
    assertThat(sent()).isEqualTo("r1 r2");
  }

  @Test
  void theNextGoesWhenOneIsDone() {
    partition.succeed(task("r1"), "1");
    assertThat(partition.takePosted()).isEqualTo(1);
    assertThat(sent()).isEqualTo("r1 r2 r3");

    partition.succeed(task("r3"), "1");
    partition.succeed(task("r2"), "1");
    partition.takePosted();
    assertThat(sent()).isEqualTo("r1 r2 r3 r4");
    partition.succeed(task("r4"), "1");
    assertThat(partition.takePosted()).isZero();
  }

  @Test
  void aRunThatIsCancelledLeavesItsPlace() {
    partition.command("r3", new CancelRun("no"));
    partition.command("r1", new CancelRun("no"));
    partition.takePosted();
    assertThat(sent()).isEqualTo("r1 r2 r4");
  }

  @Test
  void aPartitionThatIsTakenOverKnowsWhoseTurnIsNext() {
    partition.restart();
    assertThat(tick()).isZero();
    partition.succeed(task("r2"), "1");
    partition.takePosted();
    assertThat(sent()).isEqualTo("r1 r2 r3");
  }

  @Test
  void aTurnWhoseDecisionComesAgainSendsItAgain() {
    partition.succeed(task("r1"), "1");
    partition.takePosted();
    partition.takeAgain();
    assertThat(sent()).isEqualTo("r1 r2 r3 r3");
  }

  @Test
  void aPauseHoldsWhatHasItsTurn() {
    pause(true);
    partition.succeed(task("r1"), "1");
    partition.takePosted();
    assertThat(sent()).isEqualTo("r1 r2");
    partition.takePosted();
    assertThat(sent()).as("its turn was the next one's").isEqualTo("r1 r2");
    pause(false);
    partition.tick(PoolWatch.TICK);
    partition.takePosted();
    assertThat(sent()).matches("r1 r2 r[34]");
    partition.succeed(task("r2"), "1");
    partition.takePosted();
    assertThat(sent()).matches("r1 r2 (r3 r4|r4 r3)");
  }

  @Test
  void aPausedRunGivesItsTurnToTheNextAndAsksAgain() {
    partition.command("r3", new PauseRun());
    partition.succeed(task("r1"), "1");
    partition.takePosted();
    partition.takePosted();
    assertThat(sent()).isEqualTo("r1 r2 r4");
    partition.command("r3", new ResumeRun());
    partition.succeed(task("r2"), "1");
    partition.takePosted();
    assertThat(sent()).isEqualTo("r1 r2 r4 r3");
  }

  @Test
  void elementsWaitEachForItself() {
    partition.submit("z", 2, EACH, "[1, 2, 3]");
    assertThat(sent()).isEqualTo("r1 r2");
    for (String run : List.of("r1", "r2", "r3", "r4")) {
      partition.succeed(task(run), "1");
      partition.takePosted();
    }
    assertThat(partition.tasks("z")).isEqualTo("p/a/0#1 p/a/1#1");
    partition.restart();
    partition.succeed(task("z"), "1");
    partition.takePosted();
    assertThat(partition.tasks("z")).isEqualTo("p/a/0#1 p/a/1#1 p/a/2#1");
  }

  @Test
  void elementsThatWaitAreFoundByWhoTakesThePartitionOver() {
    for (String run : List.of("r3", "r4")) {
      partition.command(run, new CancelRun("no"));
    }
    partition.submit("z", 2, EACH, "[1, 2, 3]");
    partition.restart();
    partition.succeed(task("r1"), "1");
    partition.takePosted();
    assertThat(partition.tasks("z")).isEqualTo("p/a/0#1");
    partition.takeAgain();
    assertThat(partition.tasks("z")).isEqualTo("p/a/0#1 p/a/0#1");
  }

  @Test
  void elementsThatAPauseHoldsAreFoundByWhoTakesThePartitionOver() {
    for (String run : List.of("r3", "r4", "r1", "r2")) {
      partition.command(run, new CancelRun("no"));
    }
    pause(true);
    partition.submit("z", 2, EACH, "[1, 2, 3]");
    partition.restart();
    partition.tick(PoolWatch.TICK);
    assertThat(partition.takePosted()).isZero();
    pause(false);
    partition.tick(PoolWatch.TICK);
    partition.takePosted();
    assertThat(partition.tasks("z")).isEqualTo("p/a/0#1 p/a/1#1");
  }

  @Test
  void aForEachThatFailsLeavesThePlacesOfAllItsElements() {
    failAnElement();
    submitTwoMore();
    assertThat(partition.tasks("zz")).isEqualTo("p/a/0#1 p/a/1#1");
  }

  @Test
  void aPartitionThatIsTakenOverCountsNoElementsOfAForEachThatFailed() {
    failAnElement();
    partition.restart();
    submitTwoMore();
    tick();
    assertThat(partition.tasks("zz")).isEqualTo("p/a/0#1 p/a/1#1");
  }

  @Test
  void whatIsPutOffDoesNotCountAsWork() {
    for (String run : List.of("r5", "r6", "r7", "r8", "r9")) {
      partition.submit(run, 1, BULK);
    }
    Failure later =
        new Failure(FailureKind.DEFERRED, "not now", null, false, 3_600_000L, false, false);
    for (String run : List.of("r1", "r2", "r3", "r4", "r5")) {
      partition.fail(task(run), later);
      partition.takePosted();
    }
    assertThat(sent()).as("two are out still").isEqualTo("r1 r2 r3 r4 r5 r6 r7");
  }

  // Its other pipeline goes on, so the run has not ended; its second element is out.
  private void failAnElement() {
    partition.submit("zz", 2, EACH_BESIDE_ANOTHER, "[1, 2, 3, 4]");
    partition.command("r3", new CancelRun("no"));
    partition.command("r4", new CancelRun("no"));
    for (String run : List.of("r1", "r2")) {
      partition.succeed(task(run), "1");
      partition.takePosted();
    }
    assertThat(partition.tasks("zz")).isEqualTo("p/a/0#1 p/a/1#1");
    partition.fail(task("zz"));
    assertThat(partition.takePosted()).isZero();
  }

  private void submitTwoMore() {
    partition.submit("y1", 1, BULK);
    partition.submit("y2", 1, BULK);
    partition.submit("y3", 1, BULK);
    assertThat(partition.tasks("y1") + " " + partition.tasks("y2") + partition.tasks("y3"))
        .isEqualTo("p/a#1 p/a#1");
  }

  private int tick() {
    partition.tick(TurnDesk.TICK);
    return partition.takePosted();
  }

  private String sent() {
    return String.join(" ", partition.tasks().stream().map(StageTask::getRunId).toList());
  }

  private StageTask task(String run) {
    return partition.tasks().stream()
        .filter(task -> task.getRunId().equals(run))
        .findFirst()
        .orElseThrow();
  }

  private void pause(boolean paused) {
    partition.pauses.learn(new Pause(Pausable.CLASS, "small", paused ? NOW : null));
  }
}
