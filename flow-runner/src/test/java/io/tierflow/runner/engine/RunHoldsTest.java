package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.Pausable;
import io.tierflow.schemas.Pause;
import io.tierflow.schemas.PauseRun;
import io.tierflow.schemas.ResumeRun;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a pause holds back is sent when it is over, once. */
class RunHoldsTest {

  private static final String ONE_STAGE =
      """
      {"flow": "f", "class": "small",
       "pipelines": {"p": {"stages": [{"stage": "a", "handler": "echo"}]}}}
      """;

  private final FakePartition partition = new FakePartition();
  private Instant now = NOW;

  @Test
  void tasksForAPausedClassAreSentWhenItGoesOn() {
    pause(Pausable.CLASS, "small", true);
    partition.submit("r", 1, ONE_STAGE);
    assertThat(tick()).as("nobody is told").isZero();
    assertThat(partition.tasks("r")).isEmpty();

    pause(Pausable.CLASS, "small", false);
    assertThat(tick()).isEqualTo(1);
    assertThat(partition.tasks("r")).isEqualTo("p/a#1");
    assertThat(tick()).isZero();
  }

  @Test
  void aFlowAndAClassMustBothGoOn() {
    pause(Pausable.CLASS, "small", true);
    pause(Pausable.FLOW, "f", true);
    partition.submit("r", 1, ONE_STAGE);
    pause(Pausable.CLASS, "small", false);
    assertThat(tick()).isZero();
    pause(Pausable.FLOW, "f", false);
    assertThat(tick()).isEqualTo(1);
    assertThat(partition.tasks("r")).isEqualTo("p/a#1");
  }

  @Test
  void aPausedFlowHoldsNoOther() {
    pause(Pausable.FLOW, "other", true);
    partition.submit("r", 1, ONE_STAGE);
    assertThat(partition.tasks("r")).isEqualTo("p/a#1");
  }

  @Test
  void aPartitionThatIsTakenOverKnowsWhatItHolds() {
    pause(Pausable.CLASS, "small", true);
    partition.submit("r", 1, ONE_STAGE);
    partition.restart();
    pause(Pausable.CLASS, "small", false);
    assertThat(tick()).isEqualTo(1);
    assertThat(partition.tasks("r")).isEqualTo("p/a#1");
  }

  @Test
  void aPausedRunIsReleasedOnceThoughItSendsNothing() {
    pause(Pausable.CLASS, "small", true);
    partition.submit("r", 1, ONE_STAGE);
    partition.command("r", new PauseRun());
    pause(Pausable.CLASS, "small", false);
    assertThat(tick()).isEqualTo(1);
    assertThat(tick()).isZero();

    partition.command("r", new ResumeRun());
    assertThat(partition.tasks("r")).isEqualTo("p/a#1");
  }

  private int tick() {
    now = now.plusMillis(500);
    partition.tick(now);
    return partition.takePosted();
  }

  private void pause(Pausable what, String name, boolean paused) {
    partition.pauses.learn(new Pause(what, name, paused ? now : null));
  }
}
