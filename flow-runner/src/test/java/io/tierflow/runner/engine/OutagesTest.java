package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.wire.RegistryException;
import io.tierflow.wire.payload.PayloadException;
import java.util.List;
import org.apache.kafka.streams.errors.InvalidStateStorePartitionException;
import org.apache.kafka.streams.errors.StreamsNotStartedException;
import org.junit.jupiter.api.Test;

class OutagesTest {

  @Test
  void tellsOfWhateverMayAnswerLaterAsUnavailable() {
    for (RuntimeException outage :
        List.of(
            new PayloadException.Unavailable("topic t.payloads did not answer", null),
            new RegistryException.Unavailable("http://registry: no answer", null),
            new InvalidStateStorePartitionException("partition 3 is not here"),
            new StreamsNotStartedException("not started"))) {
      assertThatThrownBy(() -> failing(outage))
          .isInstanceOf(UnavailableException.class)
          .hasCause(outage);
    }
  }

  @Test
  void passesOnAnswersAndWhatNoWaitingWouldMend() {
    assertThat(Outages.told(() -> "an answer")).isEqualTo("an answer");
    RuntimeException lost = new PayloadException.Lost("expired", null);
    assertThatThrownBy(() -> failing(lost)).isSameAs(lost);
  }

  private static void failing(RuntimeException failure) {
    Outages.told(
        () -> {
          throw failure;
        });
  }
}
