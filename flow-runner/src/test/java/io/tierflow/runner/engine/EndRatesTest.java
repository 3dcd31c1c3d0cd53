package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EndRatesTest {

  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

  private final EndRates rates = new EndRates();

  @Test
  void theLastMinuteCountsWhereItIsEnough() {
    every(Duration.ofSeconds(2), 300, 8); // ten minutes of 4 a second
    every(Duration.ofSeconds(2), 30, 2); // then a minute of 1 a second

    assertThat(rates.perSecond("small", at(660)).orElseThrow()).isCloseTo(1, within(0.1));
  }

  @Test
  void fewTasksAreCountedOverTenMinutes() {
    rates.heard("large", START, 0);
    rates.heard("large", at(200), 1);
    rates.heard("large", at(500), 1);

    assertThat(rates.perSecond("large", at(600)).orElseThrow()).isCloseTo(2 / 600.0, within(1e-9));
    assertThat(rates.perSecond("large", at(801)).orElseThrow()).isCloseTo(1 / 600.0, within(1e-9));
    assertThat(rates.perSecond("large", at(1101))).isEmpty();
  }

  @Test
  void theFirstTasksAreNotTakenForAFlood() {
    rates.heard("small", START, 10);

    assertThat(rates.perSecond("small", START).orElseThrow()).isCloseTo(2, within(1e-9));
    assertThat(rates.perSecond("other", START)).isEmpty();
  }

  private int seconds;

  private void every(Duration step, int times, long ended) {
    for (int i = 0; i < times; i++) {
      seconds += (int) step.toSeconds();
      rates.heard("small", at(seconds), ended);
    }
  }

  private static Instant at(int second) {
    return START.plusSeconds(second);
  }
}
