package io.tierflow.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttemptLimitsTest {

  @Test
  void theShorterOfFlowsAndHandlersLimitCountsAndIsNamed() {
    assertThat(exceeded(300L, Optional.empty()))
        .contains("ran longer than its run timeout of 300 ms");
    assertThat(exceeded(300L, Optional.of(Duration.ofSeconds(3))))
        .contains("ran longer than its run timeout of 300 ms");
    assertThat(exceeded(30_000L, Optional.of(Duration.ofSeconds(3))))
        .contains("ran longer than its handler's time limit of 3000 ms");
    assertThat(exceeded(null, Optional.of(Duration.ofSeconds(3))))
        .contains("ran longer than its handler's time limit of 3000 ms");
    assertThat(exceeded(null, Optional.empty())).isEmpty();
  }

  private static Optional<String> exceeded(Long runTimeoutMs, Optional<Duration> timeLimit) {
    return AttemptLimits.of(
            Pool.task("a", "h").setRunTimeoutMs(runTimeoutMs).build(), WorkerTimes.ofDefaults())
        .within(timeLimit)
        .runLimit()
        .map(AttemptLimits.RunLimit::exceeded);
  }
}
