package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.RunEvents;
import io.tierflow.schemas.StageStarted;
import io.tierflow.schemas.StageTask;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A task that has begun under the broker's lock, and whose pool dies with it, is missed. */
class LostPoolTest {

  private static final String FLOW =
      """
      {"flow": "f", "class": "small",
       "pipelines": {"p": {"stages": [{"stage": "a", "handler": "echo"}]}}}
      """;

  private final FakePartition partition = new FakePartition();

  @Test
  void itIsMissedAlsoByARunnerThatTakesOver() {
    partition.submit("r", 1, FLOW);
    started();

    partition.restart();
    partition.pools(PoolWatch.Sight.GONE);

    assertThat(flaggedAfter(1)).isTrue();
  }

  @Test
  void itIsMissedWhenThePoolGoesAgainBeforeItsReturnWasHeardOf() {
    partition.submit("r", 1, FLOW);
    partition.pools(PoolWatch.Sight.GONE);
    assertThat(flaggedAfter(1)).isTrue();

    started(); // clears it before anybody is told that the pool is back
    int before = flags();
    assertThat(flaggedAfter(2)).isTrue();
    assertThat(flags()).isEqualTo(before + 1);
  }

  @Test
  void itIsNotMissedWhileTheWorkerThatStopsStillEndsItAndIsWhenThatHasLeft() {
    partition.submit("r", 1, FLOW);
    started();
    partition.pools(PoolWatch.Sight.GONE.before(List.of("w1")));
    assertThat(flaggedAfter(1)).isFalse();

    partition.restart(); // another runner takes over, and looks anew
    assertThat(flaggedAfter(2)).isFalse();
    partition.pools(PoolWatch.Sight.GONE);
    assertThat(flaggedAfter(3)).isTrue();
  }

  private void started() {
    StageTask task = partition.tasks().get(0);
    partition.take(
        partition.topics.results(),
        "r",
        Replies.result(task, "w1", new StageStarted(NOW, false, null, null)));
  }

  private boolean flaggedAfter(int seconds) {
    int before = flags();
    partition.tick(NOW.plusSeconds(seconds));
    partition.takePosted();
    return flags() > before;
  }

  private int flags() {
    return (int)
        partition.sent(partition.topics.events(), RunEvents.class).stream()
            .filter(events -> events.toString().contains("NO_WORKERS"))
            .filter(events -> events.toString().contains("MISSING_FLAGGED"))
            .count();
  }
}
