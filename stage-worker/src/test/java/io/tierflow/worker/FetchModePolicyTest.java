package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FetchModePolicyTest {

  private static final long SHORT = Duration.ofMillis(1).toNanos();
  private static final long LONG = Duration.ofSeconds(1).toNanos();

  private final FetchModePolicy policy = new FetchModePolicy(FetchMode.AUTO);

  private void observe(int times, long took, long waited) {
    for (int i = 0; i < times; i++) {
      policy.observe(took, waited, took >= LONG);
    }
  }

  @Test
  void shortTasksThatWaitAreFetchedInBatches() {
    observe(FetchModePolicy.WINDOW - 1, SHORT, 0);
    assertThat(policy.isBatch()).isFalse();
    observe(1, SHORT, 0);
    assertThat(policy.isBatch()).isTrue();
  }

  @Test
  void shortTasksWithoutABacklogStaySingle() {
    observe(10 * FetchModePolicy.WINDOW, SHORT, LONG);
    assertThat(policy.isBatch()).isFalse();
  }

  @Test
  void oneLongTaskEndsTheBatchesAndTheNextTryNeedsTwiceAsMany() {
    observe(FetchModePolicy.WINDOW, SHORT, 0);
    observe(1, LONG, 0);
    assertThat(policy.isBatch()).isFalse();
    observe(2 * FetchModePolicy.WINDOW - 1, SHORT, 0);
    assertThat(policy.isBatch()).isFalse();
    observe(1, SHORT, 0);
    assertThat(policy.isBatch()).isTrue();
  }
}
