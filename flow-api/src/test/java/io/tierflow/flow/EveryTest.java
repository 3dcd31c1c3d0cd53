package io.tierflow.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EveryTest {

  @Test
  void isDueAtTheMultiplesOfItsIntervalWhoeverAsks() {
    Every quarter = new Every(Duration.ofMinutes(15));
    Instant first = Instant.parse("2026-01-01T10:15:00Z");
    assertThat(quarter.next(Instant.parse("2026-01-01T10:00:00Z"))).isEqualTo(first);
    assertThat(quarter.next(Instant.parse("2026-01-01T10:14:59.999Z"))).isEqualTo(first);
    assertThat(quarter.next(first)).isEqualTo(first.plusSeconds(900));
    assertThat(quarter.next(Instant.parse("1969-12-31T23:59:00Z"))).isEqualTo(Instant.EPOCH);
  }

  @Test
  void refusesIntervalsThatAreTooShortOrTooFine() {
    assertThatThrownBy(() -> new Every(Duration.ofMillis(999))).hasMessageContaining("1s");
    assertThatThrownBy(() -> new Every(Duration.ofSeconds(1, 1))).hasMessageContaining("millisec");
  }
}
