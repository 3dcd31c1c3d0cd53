package io.tierflow.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WarmUpTest {

  private static final Duration TIME = Duration.ofSeconds(12);

  @Test
  void compilersThatAreSeldomBusyCountAsQuiet() {
    assertThat(WarmUp.isQuiet(Duration.ofMillis(1_200), TIME)).isTrue();
    assertThat(WarmUp.isQuiet(Duration.ZERO, TIME)).isTrue();
  }

  @Test
  void compilersThatAreStillBusyDoNot() {
    assertThat(WarmUp.isQuiet(Duration.ofMillis(1_201), TIME)).isFalse();
    assertThat(WarmUp.isQuiet(Duration.ofSeconds(24), TIME)).isFalse(); // two of them, all the time
  }
}
