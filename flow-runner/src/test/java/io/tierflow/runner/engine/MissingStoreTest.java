package io.tierflow.runner.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.machine.MissingRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** What is kept of flags that have cleared, and how those that stand are counted. */
class MissingStoreTest {

  private static final Instant NOW = FakePartition.NOW;
  private static final String FLOW =
      RunProcessorTest.definition(
          """
          flow: f
          class: small
          pipelines:
            p:
              stages:
                - {stage: a, handler: echo}
          """);

  private final FakePartition partition = new FakePartition();

  @Test
  void whatHasClearedIsKeptForAWhileAndNoLonger() {
    flag("r");
    partition.succeed(partition.tasks().get(0), "1");

    assertThat(flags("r")).singleElement().satisfies(it -> assertThat(it.isOpen()).isFalse());
    partition.tick(NOW.plus(Lingering.KEPT));
    assertThat(flags("r")).hasSize(1);
    partition.tick(NOW.plus(Lingering.KEPT).plusSeconds(2));
    assertThat(flags("r")).isEmpty();
    assertThat(partition.store(Stores.MISSING).get(key("r"))).isNull();
  }

  @Test
  void aRunnerThatTakesOverTakesItAwayToo() {
    flag("r");
    partition.succeed(partition.tasks().get(0), "1");

    partition.restart();
    partition.tick(NOW.plus(Lingering.KEPT).plusSeconds(2));

    assertThat(partition.store(Stores.MISSING).get(key("r"))).isNull();
  }

  @Test
  void whatStandsIsCountedByReasonAlsoByARunnerThatTakesOver() {
    assertThat(standing()).isZero();
    flag("r");
    flag("s");
    assertThat(standing()).isEqualTo(2);

    partition.restart();
    assertThat(standing()).isEqualTo(2);

    partition.succeed(partition.tasks().get(0), "1");
    assertThat(standing()).isEqualTo(1);
  }

  private void flag(String run) {
    partition.pools(PoolWatch.Sight.GONE);
    partition.submit(run, 1, FLOW);
    partition.tick(NOW.plusSeconds(1));
    partition.takePosted();
    assertThat(flags(run)).singleElement().satisfies(it -> assertThat(it.isOpen()).isTrue());
  }

  private List<MissingRecord.Flag> flags(String run) {
    byte[] bytes = partition.store(Stores.MISSING).get(key(run));
    return bytes == null ? List.of() : EntryCodec.decode(bytes, Flagged.class).flags();
  }

  private double standing() {
    return partition.meters.get("tierflow.missing").tag("reason", "NO_WORKERS").gauge().value();
  }

  private static Bytes key(String run) {
    return Bytes.wrap(run.getBytes(StandardCharsets.UTF_8));
  }
}
