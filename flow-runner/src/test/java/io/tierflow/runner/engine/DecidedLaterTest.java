package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageStarted;
import io.tierflow.schemas.StageTask;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read again after a crash is decided as it was before, however much later that is. */
class DecidedLaterTest {

  private static final String FLOW =
      """
      {"flow": "f", "class": "small", "deadline": "1s",
       "pipelines": {
         "p": {"stages": [
           {"stage": "a", "handler": "echo", "timeout": {"queue": "1s", "total": "3s"}}]},
         "q": {"stages": [{"stage": "b", "handler": "echo"}]}}}
      """;

  private static final String ONE =
      """
      {"flow": "f", "class": "small", "pipelines": {
         "p": {"stages": [{"stage": "a", "handler": "echo", "timeout": {"queue": "10s"}}]}}}
      """;

  @Test
  void whatATimerComesToDependsOnItsOwnTimeAlone() {
    List<RunEvents> atOnce = events(Duration.ZERO);

    assertThat(atOnce.toString())
        .contains("RUN_OVERDUE", "NOT_PICKED_UP", "HEARTBEAT_LOST", "TIMED_OUT");
    assertThat(events(Duration.ofSeconds(4))).isEqualTo(atOnce);
  }

  @Test
  void aTaskThatIsSentLateIsNotLostForItsCommandHavingLain() {
    FakePartition partition = new FakePartition();
    partition.passes(Duration.ofSeconds(30));
    partition.submit("r", 1, ONE);

    partition.served("small", NOW.plusSeconds(28)); // what was looked at before it was sent
    lookAt(partition, 31);
    assertThat(partition.tasks()).hasSize(1);

    partition.served("small", NOW.plusSeconds(600));
    for (int second = 601; second < 620; second++) {
      lookAt(partition, second);
    }
    assertThat(partition.tasks()).as("what its topic has lost is sent again").hasSizeGreaterThan(1);
  }

  @Test
  void aTaskThatIsSentAgainLaterIsNotLostForHavingBeenSentBefore() {
    FakePartition partition = new FakePartition();
    partition.submit("r", 1, ONE);
    partition.restart(); // before its offset was committed
    partition.passes(Duration.ofMinutes(2));
    partition.takeAgain();
    assertThat(partition.tasks("r")).isEqualTo("p/a#1 p/a#1");

    partition.served("small", NOW.plusSeconds(120)); // the oldest that its topic has
    for (int second = 121; second < 400; second++) {
      lookAt(partition, second);
    }

    assertThat(partition.tasks("r")).isEqualTo("p/a#1 p/a#1");
  }

  private static void lookAt(FakePartition partition, int second) {
    partition.tick(NOW.plusSeconds(second));
    partition.takePosted();
  }

  private static List<RunEvents> events(Duration readLate) {
    FakePartition partition = new FakePartition();
    partition.submit("r", 1, FLOW);
    StageTask handedOver =
        partition.tasks().stream()
            .filter(it -> it.getStage().equals("b"))
            .findFirst()
            .orElseThrow();
    partition.take(
        partition.topics.results(),
        "r",
        Replies.result(handedOver, "w1", new StageStarted(NOW, true, 1_000L, null)));
    for (int second = 1; second <= 4; second++) {
      partition.tick(NOW.plusSeconds(second));
      partition.passes(readLate);
      partition.takePosted();
    }
    return partition.sent(partition.topics.events(), RunEvents.class);
  }
}
