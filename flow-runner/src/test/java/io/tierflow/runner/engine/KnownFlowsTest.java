package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.FlowView;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.FlowVersions;
import io.tierflow.wire.SingleObjectCodec;
import io.tierflow.wire.WireCodec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class KnownFlowsTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final WireCodec codec = new SingleObjectCodec();
  private final KnownFlows flows = new KnownFlows(codec, InstantSource.fixed(NOW));

  @Test
  void findsAVersionThatAnotherHasFollowedAlready() throws Exception {
    read("{\"v\":1}", "{\"v\":2}", "{\"v\":3}");
    assertThat(await("{\"v\":2}", 1)).hasValue(2);
  }

  @Test
  void doesNotTakeAnEarlierVersionForTheOneThatIsAwaited() throws Exception {
    read("{\"v\":1}", "{\"v\":2}");
    assertThat(await("{\"v\":1}", 2)).isEmpty();
    read("{\"v\":1}", "{\"v\":2}", "{\"v\":1}");
    assertThat(await("{\"v\":1}", 2)).hasValue(3);
  }

  private Optional<Integer> await(String definition, int after) throws InterruptedException {
    return flows.await("f", definition, after, 0).map(FlowView::version);
  }

  private void read(String... definitions) throws Exception {
    List<FlowVersion> versions = new ArrayList<>();
    for (String definition : definitions) {
      versions.add(new FlowVersion(versions.size() + 1, definition, NOW));
    }
    byte[] value = codec.encode("flows", new FlowVersions("f", versions));
    flows.read("f", new ConsumerRecord<>("flows", 0, 0, new byte[0], value), true);
  }
}
