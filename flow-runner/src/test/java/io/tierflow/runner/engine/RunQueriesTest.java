package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunQueriesTest {

  @Test
  void anEntryThatCannotBeReadIsLeftOutAndTheOthersAreListed() {
    Listed listed =
        new Listed("f", 1, "RUNNING", Map.of("a", "b"), Instant.EPOCH, null, Priority.NORMAL);

    assertThat(RunQueries.readable("r1", EntryCodec.encode(listed), Listed.class)).contains(listed);
    assertThat(RunQueries.readable("r2", "damaged".getBytes(StandardCharsets.UTF_8), Listed.class))
        .isEmpty();
  }
}
