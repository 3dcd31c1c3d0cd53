package io.tierflow.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuMeterTest {

  @Test
  void eachPartsTimeIsDividedByTheUnitsOfWork() {
    assertThat(
            CpuMeter.perUnit(
                Map.of("broker", Duration.ofMillis(100), "jvm", Duration.ZERO),
                Map.of("broker", Duration.ofMillis(300), "jvm", Duration.ofMillis(5)),
                1_000))
        .isEqualTo(Map.of("broker", 200.0, "jvm", 5.0));
  }

  @Test
  void threadsThatAPartStartsBelongToIt() throws InterruptedException {
    ThreadGroup group = new ThreadGroup("worker");
    ThreadGroup started =
        CpuMeter.startIn(group, () -> new Thread(() -> {}, "started").getThreadGroup());
    assertThat(started).isSameAs(group);
  }

  @Test
  void aPartThatFailsToStartTellsWhichAndWhy() {
    assertThatThrownBy(
            () ->
                CpuMeter.startIn(
                    new ThreadGroup("worker"),
                    () -> {
                      throw new IllegalStateException("no broker");
                    }))
        .hasMessage("worker could not be started: no broker");
  }
}
