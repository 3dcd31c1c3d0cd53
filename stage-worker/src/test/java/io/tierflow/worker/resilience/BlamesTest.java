package io.tierflow.worker.resilience;

import static io.tierflow.worker.resilience.Blames.Blame.CALLED;
import static io.tierflow.worker.resilience.Blames.Blame.EITHER;
import static io.tierflow.worker.resilience.Blames.Blame.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BlamesTest {

  private final Blames blames = new Blames(Duration.ofMinutes(5));

  @Test
  void anOutageIsNoTasksFaultHoweverManyProbesFailUntilTheirTimeIsOver() {
    for (int second = 0; second < 600; second++) {
      assertThat(failed("a", second)).isEqualTo(second < 300 ? CALLED : EITHER);
      assertThat(failed("only at " + second, second)).isEqualTo(CALLED);
    }
  }

  @Test
  void aTaskThatFailsAgainAfterAnotherSucceededHasItselfToBlame() {
    failed("a", 1);
    blames.succeeded("b", seconds(2));

    assertThat(failed("new", 3)).isEqualTo(CALLED);
    assertThat(failed("a", 3)).isEqualTo(TASK);
    assertThat(failed("a", 4)).as("no success since").isEqualTo(CALLED);
  }

  @Test
  void aTaskThatSucceededBeginsAnew() {
    failed("a", 1);
    blames.succeeded("a", seconds(2));

    assertThat(failed("a", 400)).isEqualTo(CALLED);
    assertThat(failed("a", 401)).isEqualTo(CALLED);
  }

  @Test
  void theTasksThatFailedLongestAgoAreForgotten() {
    failed("old", 0);
    failed("kept", 0);
    for (int i = 0; i < Blames.MOST - 2; i++) {
      failed("task-" + i, 1);
    }
    failed("kept", 1);
    failed("one more", 2);

    assertThat(failed("kept", 301)).isEqualTo(EITHER);
    assertThat(failed("old", 301)).isEqualTo(CALLED);
  }

  private Blames.Blame failed(String task, int second) {
    return blames.failed(task, seconds(second));
  }

  private static long seconds(int count) {
    return TimeUnit.SECONDS.toNanos(count);
  }
}
