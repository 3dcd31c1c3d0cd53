package io.tierflow.runner.engine;

import static io.tierflow.runner.engine.FakePartition.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.schemas.StageTask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

/** Ended runs leave the stores after their retention. */
class RunRetentionTest {

  private static final Instant PAST = NOW.plus(Duration.ofDays(7));
  private static final String ONE_STAGE =
      """
      {"flow": "f", "class": "small",
       "pipelines": {"p": {"stages": [{"stage": "a", "handler": "echo"}]}}}
      """;

  private final FakePartition partition = new FakePartition();

  @Test
  void anEndedRunLeavesEveryStoreAfterItsRetention() {
    end("r");
    partition.submit("open", 1, ONE_STAGE);
    assertThat(kept()).isEqualTo(2);

    partition.tick(PAST.minusMillis(1));
    partition.takePosted();
    assertThat(kept()).isEqualTo(2);

    prune(PAST);
    assertThat(kept()).isEqualTo(1);
    assertThat(partition.meters.get("tierflow.runs.pruned").counter().count()).isEqualTo(1);
    assertThat(keys(Stores.ENTRIES)).noneMatch(key -> key.startsWith("r"));
    assertThat(keys(Stores.LIST)).hasSize(1).allMatch(key -> key.endsWith("open"));
    assertThat(keys(Stores.DEADLINES)).allMatch(key -> key.contains("open"));
  }

  @Test
  void whatComesTooLateIsCountedAndTheSameIdMayBeginAnew() {
    StageTask task = end("r");
    prune(PAST);
    partition.succeed(task, "1");
    assertThat(
            partition.meters.get("tierflow.inputs").tag("outcome", "UNKNOWN_RUN").counter().count())
        .isEqualTo(1);

    partition.submit("r", 1, ONE_STAGE);
    assertThat(partition.tasks("r")).isEqualTo("p/a#1 p/a#1");
  }

  @Test
  void theListFollowsThoughACrashKeptItsEntry() {
    end("r");
    List<KeyValue<Bytes, byte[]>> listed = partition.store(Stores.LIST).changelog();
    partition.tick(PAST);
    assertThat(partition.takePosted()).isEqualTo(1);
    partition.store(Stores.LIST).restore(listed);
    assertThat(keys(Stores.LIST)).hasSize(1);

    partition.takeAgain();
    assertThat(keys(Stores.LIST)).isEmpty();
  }

  @Test
  void runsThatWereKeptForEverAreRemovedOnceARetentionIsSet() {
    partition.restart(Optional.empty());
    int many = RemovalTimers.RUNS_PER_STEP + 1;
    for (int i = 0; i < many; i++) {
      end("r" + i);
    }
    partition.submit("open", 1, ONE_STAGE);
    prune(PAST);
    assertThat(keys(Stores.LIST)).hasSize(many + 1);

    partition.restart(Optional.of(Duration.ofDays(8)));
    prune(PAST);
    partition.tick(PAST);
    prune(PAST);
    assertThat(keys(Stores.LIST)).as("not before that").hasSize(many + 1);
    prune(PAST.plus(Duration.ofDays(1)));
    assertThat(keys(Stores.LIST)).singleElement().asString().endsWith("open");
    assertThat(keys(Stores.DEADLINES)).allMatch(key -> key.contains("open"));
  }

  @Test
  void anEntryOfTheListThatCannotBeReadIsKeptAndHoldsUpNoOther() {
    partition.restart(Optional.empty());
    end("r");
    Bytes bad = StoreKeys.listed(NOW.plusSeconds(1), "bad"); // the newest comes first
    partition.store(Stores.LIST).put(bad, new byte[] {1});

    partition.restart(Optional.of(Duration.ofDays(7)));
    prune(PAST);
    prune(PAST.plusSeconds(1));
    assertThat(keys(Stores.LIST)).singleElement().asString().endsWith("bad");
  }

  private StageTask end(String run) {
    partition.submit(run, 1, ONE_STAGE);
    StageTask task = partition.tasks().get(partition.tasks().size() - 1);
    partition.succeed(task, "1");
    return task;
  }

  private void prune(Instant now) {
    do {
      partition.tick(now);
    } while (partition.takePosted() > 0);
  }

  private double kept() {
    return partition.meters.get("tierflow.runs.kept").gauge().value();
  }

  private List<String> keys(String store) {
    return partition.store(store).keys().stream()
        .map(key -> new String(key.get(), StandardCharsets.ISO_8859_1))
        .toList();
  }
}
