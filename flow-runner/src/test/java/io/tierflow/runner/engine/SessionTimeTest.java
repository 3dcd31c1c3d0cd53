package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionTimeTest {

  @Test
  void isTwoAndAHalfSecondsWhereEveryBrokerLetsItBe() {
    assertThat(SessionTime.of(List.of(Optional.of(1000L), Optional.of(2500L))))
        .isEqualTo(Duration.ofMillis(2500));
  }

  @Test
  void isTheShortestThatAllBrokersAllow() {
    assertThat(SessionTime.of(List.of(Optional.of(1000L), Optional.of(4500L))))
        .isEqualTo(Duration.ofMillis(4500));
  }

  @Test
  void isKafkasDefaultWhereABrokerDoesNotTell() {
    assertThat(SessionTime.of(List.of(Optional.of(1000L), Optional.empty())))
        .isEqualTo(Duration.ofSeconds(6));
  }
}
