package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.runner.RunService.Readiness;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamsHostTest {

  @ParameterizedTest
  @CsvSource({
    "CREATED, RESTORING",
    "REBALANCING, RESTORING",
    "RUNNING, READY",
    "PENDING_ERROR, RESTARTING",
    "ERROR, RESTARTING",
    "PENDING_SHUTDOWN, RESTARTING",
    "NOT_RUNNING, RESTARTING"
  })
  void isReadyOnlyWhileRunsAreAdvanced(State state, Readiness readiness) {
    assertThat(StreamsHost.readiness(state)).isEqualTo(readiness);
  }
}
