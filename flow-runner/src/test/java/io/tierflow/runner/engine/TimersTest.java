package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.Command;
import io.tierflow.schemas.DeadlineReached;
import io.tierflow.schemas.Failure;
import io.tierflow.schemas.FailureKind;
import io.tierflow.schemas.PauseRun;
import io.tierflow.schemas.ResumeRun;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a timer posts its command again: where it is lost, and not where it is only late. */
class TimersTest {

  private static final String FLOW =
      """
      {"flow": "f", "class": "small", "pipelines": {"p": {"stages": [
         {"stage": "a", "handler": "echo", "retry": {"attempts": 2, "backoff": "20s..20s", "jitter": 0},
          "timeout": {"queue": "10m"}}]}}}
      """;
  private static final Failure ONCE =
      new Failure(FailureKind.HANDLER_ERROR, "once", null, false, null, false, false);

  private final FakePartition partition = new FakePartition();
  private Instant now = NOW;

  @BeforeEach
  void aRunWaitsForItsRetry() {
    waits("r");
  }

  @Test
  void aCommandThatIsReadLateWasPostedOnce() {
    pass(Duration.ofMinutes(2));

    assertThat(retries("r")).isEqualTo(1);
    partition.takePosted();
    assertThat(partition.tasks("r")).isEqualTo("p/a#1 p/a#2");
  }

  @Test
  void whatALaterOneHasOvertakenIsLostAndPostedAgain() {
    pass(Duration.ofSeconds(30));
    partition.forgetSent();
    waits("later");
    pass(Duration.ofSeconds(30));
    assertThat(retries("r")).as("nothing posted later has come back").isZero();

    partition.takePosted();
    pass(Duration.ofSeconds(1));

    assertThat(retries("r")).isEqualTo(1);
    partition.takePosted();
    assertThat(partition.tasks("r")).isEqualTo("p/a#2");
  }

  @Test
  void whatDoesNotComeBackThoughNothingOvertakesItIsPostedAgainInTheEnd() {
    pass(Duration.ofSeconds(30));
    partition.forgetSent();

    pass(Timers.LOST);

    assertThat(retries("r")).isEqualTo(1);
  }

  @Test
  void whatTheOwnerBeforePostedSaysNothingOfWhatThisOneDid() {
    pass(Duration.ofSeconds(30));
    partition.restart();
    waits("later");
    pass(Duration.ofSeconds(40));
    assertThat(retries("r")).as("one by each owner").isEqualTo(2);

    partition.takeFirstPosted();
    pass(Duration.ofSeconds(30));

    assertThat(retries("r")).as("its own is underway").isEqualTo(1);
    assertThat(retries("later")).isEqualTo(1);
  }

  @Test
  void aTimerThatIsSetAgainAfterItsCommandWasDecidedIsNotTakenForUnderway() {
    partition.command("r", new PauseRun());
    pass(Duration.ofSeconds(30));
    partition.takePosted();
    assertThat(partition.tasks("r")).as("paused").isEqualTo("p/a#1");

    partition.command("r", new ResumeRun());
    pass(Duration.ofSeconds(1));
    partition.takePosted();

    assertThat(partition.tasks("r")).isEqualTo("p/a#1 p/a#2");
  }

  private void waits(String run) {
    partition.submit(run, 1, FLOW);
    partition.tasks().stream()
        .filter(task -> task.getRunId().equals(run))
        .forEach(task -> partition.fail(task, ONCE));
  }

  private void pass(Duration time) {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      now = now.plusSeconds(1);
      partition.tick(now);
    }
  }

  private long retries(String run) {
    return partition.sent(partition.topics.commands(), Command.class).stream()
        .filter(command -> command.getKey().equals(run))
        .filter(
            command ->
                command.getBody() instanceof DeadlineReached due && due.getKind().equals("RETRY"))
        .count();
  }
}
